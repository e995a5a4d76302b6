import {
  type Box,
  type CellBox,
  cellBox,
  intersectBoxes,
  isEmptyBox,
} from '../../electron/common/geometry.ts';
import type { BitmapCrop } from '../../electron/common/bitmap.ts';
import type { DeviceView } from './device-view.ts';
import { type Context2d, drawCells } from './draw-tiles.ts';
import type { StrokeBits } from './live-edit.ts';
import { cellsOver } from './tile-grid.ts';

/**
 * The picture of a stroke, as large as what is in sight, one pixel per cell of the level shown. Each frame
 * only the rectangle painted since the last one is written and uploaded; nothing is ever read back.
 */
export class StrokePicture {
  readonly #stroke: StrokeBits;
  readonly #colour: number;
  #cells = cellBox([0, 0, 0, 0]);
  #level = -1;
  #surface: { readonly canvas: OffscreenCanvas; readonly context: OffscreenCanvasRenderingContext2D } | null =
    null;
  #pixels: ImageData | null = null;

  constructor(stroke: StrokeBits, colour: number) {
    this.#stroke = stroke;
    this.#colour = (colour | 0xff000000) >>> 0;
  }

  draw(context: Context2d, view: DeviceView): void {
    this.#follow(view);
    if (this.#surface === null) return;
    drawCells(context, view, { source: this.#surface.canvas, cells: this.#cells, level: this.#level });
  }

  /** Another sight or level needs another picture; otherwise only what is new is written. */
  #follow(view: DeviceView): void {
    const wanted = cellsOver(view.visible, view.level);
    if (isEmptyBox(wanted)) return;
    const isSame = view.level === this.#level && wanted.every((side, index) => side === this.#cells[index]);
    if (!isSame) {
      this.#cells = wanted;
      this.#level = view.level;
      this.#surface = createSurface(wanted);
      this.#pixels = new ImageData(wanted[2], wanted[3]);
      this.#stroke.takeUnseen();
      this.#write(this.#stroke.painted);
      return;
    }
    this.#write(this.#stroke.takeUnseen());
  }

  #write(painted: Box): void {
    if (isEmptyBox(painted) || this.#pixels === null || this.#surface === null) return;
    const cells = intersectBoxes(cellsOver(painted, this.#level), this.#cells);
    if (isEmptyBox(cells)) return;
    const target = { pixels: new Uint32Array(this.#pixels.data.buffer), cells: this.#cells };
    inkCells(target, cells, { crop: this.#stroke.crop, level: this.#level, ink: this.#colour });
    const left = cells[0] - this.#cells[0];
    const top = cells[1] - this.#cells[1];
    this.#surface.context.putImageData(this.#pixels, 0, 0, left, top, cells[2], cells[3]);
  }
}

/** Writes the stroke's pixels in `cells` as ink; a cell that is painted in part is inked in part. */
export function inkCells(
  target: { readonly pixels: Uint32Array; readonly cells: CellBox },
  cells: CellBox,
  stroke: { readonly crop: BitmapCrop; readonly level: number; readonly ink: number },
): void {
  const [left, top, width, height] = cells;
  const colour = stroke.ink & 0xffffff;
  const full = 4 ** stroke.level;
  for (let row = top; row < top + height; row++) {
    let to = (row - target.cells[1]) * target.cells[2] + left - target.cells[0];
    for (let column = left; column < left + width; column++, to++) {
      const count = countInCell(stroke.crop, column, row, stroke.level);
      const alpha = Math.round((255 * count) / full);
      target.pixels[to] = alpha === 0 ? 0 : ((alpha << 24) | colour) >>> 0;
    }
  }
}

function countInCell(crop: BitmapCrop, column: number, row: number, level: number): number {
  const side = 1 << level;
  const [left, top, width, height] = crop.box;
  const fromX = Math.max(0, column * side - left);
  const pastX = Math.min(width, column * side + side - left);
  const fromY = Math.max(0, row * side - top);
  const pastY = Math.min(height, row * side + side - top);
  let count = 0;
  for (let y = fromY; y < pastY; y++) {
    const start = y * width;
    for (let x = fromX; x < pastX; x++) count += crop.data[start + x] as number;
  }
  return count;
}

function createSurface(
  cells: CellBox,
): { canvas: OffscreenCanvas; context: OffscreenCanvasRenderingContext2D } | null {
  const canvas = new OffscreenCanvas(cells[2], cells[3]);
  const context = canvas.getContext('2d');
  return context === null ? null : { canvas, context };
}
