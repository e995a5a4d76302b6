import type { ImageMask } from '../../native-models/runtime/upscale-mask.ts';

/** All pixels of the image, [height, width] row-major, 1 = target. */
export function wholeBitmap({ width, height, box, pixels }: ImageMask): Uint8Array {
  const bitmap = new Uint8Array(width * height);
  if (box === null) return bitmap;
  for (let row = 0; row < box.height; row++)
    bitmap.set(pixels.subarray(row * box.width, (row + 1) * box.width), (box.y + row) * width + box.x);
  return bitmap;
}

/** Intersection over union; two empty masks agree. */
export function overlapOf(a: ImageMask, b: ImageMask): number {
  const [first, second] = [wholeBitmap(a), wholeBitmap(b)];
  let [both, either] = [0, 0];
  for (const [pixel, bit] of first.entries()) {
    both += bit & (second[pixel] ?? 0);
    either += bit | (second[pixel] ?? 0);
  }
  return either === 0 ? 1 : both / either;
}
