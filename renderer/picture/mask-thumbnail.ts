import type { Size } from '../../electron/common/geometry.ts';
import type { AnnotationRecord } from '../../electron/common/document/records.ts';
import { isShown } from '../../electron/common/document/shown.ts';
import { type TilePixels, composeTile, flattened, packColour } from './compose-tile.ts';
import { drawableRuns } from './mask-runs.ts';
import { cellsOf } from './tile-grid.ts';

/** Cells on the long side of a thumbnail, as the backend's thumbnails of images have. */
const thumbnailCells = 256;

/** The first level at which the whole image fits a thumbnail. */
export function thumbnailLevel({ width, height }: Size): number {
  return Math.max(0, Math.ceil(Math.log2(Math.max(width, height, 1) / thumbnailCells)));
}

/** Pixels of a small picture, laid over the image's thumbnail. */
export interface Thumbnail extends Size {
  readonly pixels: TilePixels;
}

/**
 * The shown masks of an image, small, in one picture; null when there is nothing to see. Costs the masks' runs, not the image's pixels. As
 * pixels and not as canvases: making a canvas costs more than drawing the masks does, and a gallery makes hundreds.
 */
export function maskThumbnail(
  image: Size,
  annotations: readonly AnnotationRecord[],
  { colourOf, fillOpacity }: Look,
): Thumbnail | null {
  const level = thumbnailLevel(image);
  const masks = annotations
    .filter((annotation) => isShown(annotation))
    .map((annotation) => ({
      runs: drawableRuns(annotation.mask),
      box: annotation.bbox,
      colour: packColour(colourOf(annotation)),
      pattern: 0,
    }));
  if (masks.length === 0) return null;
  const cells = cellsOf({ level, column: 0, row: 0 }, image, thumbnailCells);
  const pixels = flattened(composeTile({ masks, cells, level }), fillOpacity);
  return { pixels, width: cells[2], height: cells[3] };
}

interface Look {
  readonly colourOf: (annotation: AnnotationRecord) => string;
  /** 0 to 1. */
  readonly fillOpacity: number;
}
