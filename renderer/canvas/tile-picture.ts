import type { Size } from '../../electron/common/bitmap.ts';
import type { TilePixels } from './compose-tile.ts';

/** The composed pixels as something the canvas can draw. */
export function pictureOf(pixels: TilePixels, { width, height }: Size): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser gives no 2D canvas.');
  context.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width, height), 0, 0);
  return canvas;
}
