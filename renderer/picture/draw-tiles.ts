import { type CellBox, type DeviceBox, deviceBox, intersectBoxes } from '../../electron/common/geometry.ts';
import { type DeviceView, deviceX, deviceY } from './device-view.ts';
import { type TileAt, cellsOf, cellsOver, coarserCells, levelSize, parentOf } from './tile-grid.ts';

export type Context2d = CanvasRenderingContext2D;

/** What a tool draws over the picture, in device pixels. */
export type OverlayPainter = (context: Context2d, view: DeviceView) => void;

/** Draws the part of a tile's picture that is in sight. `cells` says which cells of its level the picture holds. */
export function drawCells(
  context: Context2d,
  view: DeviceView,
  picture: { readonly source: CanvasImageSource; readonly cells: CellBox; readonly level: number },
  part: CellBox = picture.cells,
): void {
  const { cells, level } = picture;
  const shown = intersectBoxes(intersectBoxes(part, cells), cellsOver(view.visible, level));
  if (shown[2] === 0) return;
  const [left, top, width, height] = deviceBoxOf(view, shown, level);
  context.drawImage(
    picture.source,
    shown[0] - cells[0],
    shown[1] - cells[1],
    shown[2],
    shown[3],
    left,
    top,
    width,
    height,
  );
}

/** Where cells lie on the canvas, in whole device pixels: neighbours meet without a seam and without an overlap. */
function deviceBoxOf(view: DeviceView, cells: CellBox, level: number): DeviceBox {
  const side = 2 ** level;
  const left = deviceX(view, cells[0] * side);
  const top = deviceY(view, cells[1] * side);
  const right = deviceX(view, (cells[0] + cells[2]) * side);
  const bottom = deviceY(view, (cells[1] + cells[3]) * side);
  return deviceBox([left, top, right - left, bottom - top]);
}

/** Clears what `drawCells` draws of a tile. */
export function clearCells(context: Context2d, view: DeviceView, cells: CellBox, level: number): void {
  const shown = intersectBoxes(cells, cellsOver(view.visible, level));
  if (shown[2] === 0) return;
  const [left, top, width, height] = deviceBoxOf(view, shown, level);
  context.clearRect(left, top, width, height);
}

export function clearAll(context: Context2d, view: DeviceView): void {
  context.clearRect(0, 0, view.width + 1, view.height + 1);
}

/**
 * Draws a picture's tile, or the part of a coarser one that lies there until the tile itself arrives.
 *
 * @returns false when neither is there
 */
export function drawImageTile(
  context: Context2d,
  view: DeviceView,
  tile: TileAt,
  find: (tile: TileAt) => CanvasImageSource | null,
): boolean {
  const cells = cellsOf(tile, view.image);
  let part = cells;
  let from: TileAt = tile;
  for (;;) {
    const source = find(from);
    if (source !== null) {
      drawCells(context, view, { source, cells: cellsOf(from, view.image), level: from.level }, part);
      return true;
    }
    const size = levelSize(view.image, from.level);
    if (Math.max(size.width, size.height) <= 1 || from.level > 16) return false;
    from = parentOf(from);
    const step = from.level - tile.level;
    part = coarserCells(cells, step);
  }
}
