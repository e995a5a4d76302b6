import type { Box } from './document/records.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A mask of a whole image: u8 [height, width] row-major, each 0 or 1. */
export interface Bitmap extends Size {
  readonly data: Uint8Array;
}

/** A rectangle of a mask: `box` in image pixels, data u8 [box height, box width] row-major, each 0 or 1. */
export interface BitmapCrop {
  readonly box: Box;
  readonly data: Uint8Array;
}

export function emptyBitmap(size: Size): Bitmap {
  return { width: size.width, height: size.height, data: new Uint8Array(size.width * size.height) };
}

export function emptyCrop(box: Box): BitmapCrop {
  return { box, data: new Uint8Array(box[2] * box[3]) };
}

/** The rectangle both share; width and height are 0 when they do not meet. */
export function intersectBoxes(a: Box, b: Box): Box {
  const left = Math.max(a[0], b[0]);
  const top = Math.max(a[1], b[1]);
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - left;
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - top;
  return width > 0 && height > 0 ? [left, top, width, height] : [left, top, 0, 0];
}

/** The smallest box around both; a box without area adds nothing. */
export function uniteBoxes(a: Box, b: Box): Box {
  if (isEmptyBox(a)) return b;
  if (isEmptyBox(b)) return a;
  const left = Math.min(a[0], b[0]);
  const top = Math.min(a[1], b[1]);
  const right = Math.max(a[0] + a[2], b[0] + b[2]);
  const bottom = Math.max(a[1] + a[3], b[1] + b[3]);
  return [left, top, right - left, bottom - top];
}

/** Grown by `margin` pixels on every side, cut at the image's border. */
export function growBox(box: Box, margin: number, size: Size): Box {
  const left = Math.max(0, box[0] - margin);
  const top = Math.max(0, box[1] - margin);
  const right = Math.min(size.width, box[0] + box[2] + margin);
  const bottom = Math.min(size.height, box[1] + box[3] + margin);
  return [left, top, Math.max(0, right - left), Math.max(0, bottom - top)];
}

export function isEmptyBox(box: Box): boolean {
  return box[2] === 0 || box[3] === 0;
}

export function boxHolds(outer: Box, inner: Box): boolean {
  return (
    inner[0] >= outer[0] &&
    inner[1] >= outer[1] &&
    inner[0] + inner[2] <= outer[0] + outer[2] &&
    inner[1] + inner[3] <= outer[1] + outer[3]
  );
}
