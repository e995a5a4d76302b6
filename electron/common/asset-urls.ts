import type { ImageId } from './document/records.ts';

/**
 * Addresses of pictures, relative to the page, the same in every door. `version` is the image's SHA-256
 * so that a relinked file is never shown from a cache.
 */
export const tileSide = 512;

/** Level 0 is full size; each level halves both sides (rounded up). */
export function tileUrl(tile: {
  readonly imageId: ImageId;
  readonly version: string;
  readonly level: number;
  readonly column: number;
  readonly row: number;
}): string {
  return `assets/tile/${tile.imageId}/${tile.level}/${tile.column}-${tile.row}?v=${tile.version}`;
}

/** At most 256 px on the long side. */
export function thumbnailUrl(image: { readonly imageId: ImageId; readonly version: string }): string {
  return `assets/thumbnail/${image.imageId}?v=${image.version}`;
}

export function sampleUrl(file: string): string {
  return `assets/sample/${encodeURIComponent(file)}`;
}

/** Number of levels until the whole image fits one tile. */
export function levelCount(size: { readonly width: number; readonly height: number }): number {
  const longSide = Math.max(size.width, size.height, 1);
  return Math.max(1, Math.ceil(Math.log2(longSide / tileSide)) + 1);
}
