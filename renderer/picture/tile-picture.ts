import type { Size } from '../../electron/common/geometry.ts';
import { type TileJob, type TilePixels, composeFill, composeTile } from './compose-tile.ts';
import type { TilePictures } from './paint-masks.ts';

/** @returns null when the masks leave the tile blank: their boxes reach into it, their pixels do not */
export function composeTilePictures(job: TileJob): TilePictures | null {
  const { fill, outline } = composeTile(job);
  const size = { width: job.cells[2], height: job.cells[3] };
  return isBlank(fill) && isBlank(outline)
    ? null
    : { fill: pictureOf(fill, size), outline: pictureOf(outline, size) };
}

export function composeFillPicture(job: TileJob): OffscreenCanvas | null {
  const fill = composeFill(job);
  return isBlank(fill) ? null : pictureOf(fill, { width: job.cells[2], height: job.cells[3] });
}

function isBlank(pixels: TilePixels): boolean {
  for (let at = 0; at < pixels.length; at++) if (pixels[at] !== 0) return false;
  return true;
}

/** The composed pixels as something the canvas can draw. */
function pictureOf(pixels: TilePixels, { width, height }: Size): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser gives no 2D canvas.');
  context.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width, height), 0, 0);
  return canvas;
}
