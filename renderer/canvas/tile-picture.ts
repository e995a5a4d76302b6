import type { Size } from '../../electron/common/bitmap.ts';
import { type TileJob, type TilePixels, composeFill, composeTile } from './compose-tile.ts';
import type { TilePictures } from './paint-masks.ts';

export function composeTilePictures(job: TileJob): TilePictures {
  const { fill, outline } = composeTile(job);
  const size = { width: job.cells[2], height: job.cells[3] };
  return { fill: pictureOf(fill, size), outline: pictureOf(outline, size) };
}

export function composeFillPicture(job: TileJob): OffscreenCanvas {
  return pictureOf(composeFill(job), { width: job.cells[2], height: job.cells[3] });
}

/** The composed pixels as something the canvas can draw. */
function pictureOf(pixels: TilePixels, { width, height }: Size): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser gives no 2D canvas.');
  context.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width, height), 0, 0);
  return canvas;
}
