import type { Box } from '../../common/geometry.ts';
import { createBreather } from '../app/breather.ts';

/** Pixels as everything in the app sees them: sRGB, 8 bits, orientation applied, alpha left out. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** u8 [height, width, 3] */
  readonly data: Uint8Array;
}

/** A rectangle of the image, in bytes of its own; the part outside it is cut off. */
export function cropRgb(image: RgbImage, box: Box): OwnRgbImage {
  const crop = emptyCrop(image, box);
  for (let row = 0; row < crop.height; row++) copyRow(image, box, crop, row);
  return crop;
}

/** The same of a rectangle of any size: others are answered while it is copied. */
export async function cropRgbInTurns(image: RgbImage, box: Box): Promise<OwnRgbImage> {
  const crop = emptyCrop(image, box);
  const breathe = createBreather(null);
  for (let row = 0; row < crop.height; row++) {
    copyRow(image, box, crop, row);
    await breathe();
  }
  return crop;
}

/** One that nobody else holds: its bytes may be handed over. */
export interface OwnRgbImage extends RgbImage {
  readonly data: Uint8Array<ArrayBuffer>;
}

function emptyCrop(image: RgbImage, box: Box): OwnRgbImage {
  const width = Math.min(box[2], image.width - Math.min(box[0], image.width));
  const height = Math.min(box[3], image.height - Math.min(box[1], image.height));
  return { width, height, data: new Uint8Array(width * height * 3) };
}

function copyRow(image: RgbImage, box: Box, { width, data }: OwnRgbImage, row: number): void {
  const start = ((box[1] + row) * image.width + Math.min(box[0], image.width)) * 3;
  data.set(image.data.subarray(start, start + width * 3), row * width * 3);
}
