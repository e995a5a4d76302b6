import type { Size } from '../../electron/common/geometry.ts';
import type { AnnotationRecord } from '../../electron/common/document/records.ts';
import { isShown } from '../../electron/common/document/shown.ts';
import { packColour } from './compose-tile.ts';
import { drawableRuns } from './mask-runs.ts';
import type { TilePictures } from './paint-masks.ts';
import { cellsOf } from './tile-grid.ts';
import { composeTilePictures } from './tile-picture.ts';

/** Cells on the long side of a thumbnail, as the backend's thumbnails of images have. */
const thumbnailCells = 256;

/** The first level at which the whole image fits a thumbnail. */
export function thumbnailLevel({ width, height }: Size): number {
  return Math.max(0, Math.ceil(Math.log2(Math.max(width, height, 1) / thumbnailCells)));
}

/** The shown masks of an image, small; null when there is nothing to see. Costs the masks' runs, not the image's pixels. */
export function maskThumbnail(
  image: Size,
  annotations: readonly AnnotationRecord[],
  colourOf: (annotation: AnnotationRecord) => string,
): TilePictures | null {
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
  return composeTilePictures({ masks, cells, level });
}
