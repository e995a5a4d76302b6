import type { Box } from '../../common/geometry.ts';

/** Pixels as everything in the app sees them: sRGB, 8 bits, orientation applied, alpha left out. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** u8 [height, width, 3] */
  readonly data: Uint8Array;
}

/** A rectangle of the image; the part outside it is cut off. */
export function cropRgb(image: RgbImage, box: Box): RgbImage {
  const left = Math.min(box[0], image.width);
  const top = Math.min(box[1], image.height);
  const width = Math.min(box[2], image.width - left);
  const height = Math.min(box[3], image.height - top);
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * image.width + left) * 3;
    data.set(image.data.subarray(start, start + width * 3), row * width * 3);
  }
  return { width, height, data };
}
