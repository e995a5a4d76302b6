import type { Box, Size } from './geometry.ts';

/** A mask of a whole image: u8 [height, width] row-major, each 0 or 1. */
export interface Bitmap extends Size {
  readonly data: Uint8Array;
}

/** A rectangle of a mask: `box` in image pixels, data u8 [box height, box width] row-major, each 0 or 1. */
export interface BitmapCrop {
  readonly box: Box;
  readonly data: Uint8Array;
}

export function emptyCrop(box: Box): BitmapCrop {
  return { box, data: new Uint8Array(box[2] * box[3]) };
}
