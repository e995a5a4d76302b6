import { intersectBoxes } from '../../electron/common/bitmap.ts';
import type { Box } from '../../electron/common/document.ts';
import type { Runs } from '../../electron/common/runs.ts';
import type { PaintedMask } from './compose-tile.ts';
import { coverageOf } from './coverage.ts';
import type { DeviceView } from './device-view.ts';
import type { Context2d } from './draw-tiles.ts';
import { type TileAt, cellsOf, cellsOver, tileKey, tilesIn } from './tile-grid.ts';

/** A stretch of cell edges between two cell corners, horizontal or vertical. */
export interface Crack {
  readonly fromX: number;
  readonly fromY: number;
  readonly toX: number;
  readonly toY: number;
}

/**
 * The edges, within `part`, between cells with a pixel of the mask and cells without: on level 0 exactly the
 * mask's border, whatever the zoom. Straight neighbours are joined. Corners count in cells of the level.
 */
export function cracksOf(mask: Pick<PaintedMask, 'runs' | 'box'>, part: Box, level: number): readonly Crack[] {
  const [left, top, width, height] = part;
  // One cell more on every side: an edge belongs to two cells.
  const around: Box = [left - 1, top - 1, width + 2, height + 2];
  const own = cellsOver(mask.box, level);
  const near = intersectBoxes([own[0] - 1, own[1] - 1, own[2] + 2, own[3] + 2], around);
  if (mask.box[2] === 0 || near[2] < 2 || near[3] < 2) return [];
  const { counts } = coverageOf(mask.runs, near, level);
  const stride = near[2];
  const differs = (at: number, other: number): boolean => (counts[at] === 0) !== (counts[other] === 0);
  const cracks: Crack[] = [];
  for (let row = 1; row < near[3]; row++) {
    const y = near[1] + row;
    eachStretchOf(near[2], (column) => differs(row * stride + column, (row - 1) * stride + column), (from, past) => {
      cracks.push({ fromX: near[0] + from, fromY: y, toX: near[0] + past, toY: y });
    });
  }
  for (let column = 1; column < near[2]; column++) {
    const x = near[0] + column;
    eachStretchOf(near[3], (row) => differs(row * stride + column, row * stride + column - 1), (from, past) => {
      cracks.push({ fromX: x, fromY: near[1] + from, toX: x, toY: near[1] + past });
    });
  }
  return cracks;
}

function eachStretchOf(
  length: number,
  holds: (index: number) => boolean,
  visit: (from: number, past: number) => void,
): void {
  let start = -1;
  for (let index = 0; index <= length; index++) {
    const isIn = index < length && holds(index);
    if (isIn && start < 0) start = index;
    if (!isIn && start >= 0) {
      visit(start, index);
      start = -1;
    }
  }
}

export interface LineStyle {
  readonly colour: string;
  /** CSS pixels on the screen, at every zoom. */
  readonly width: number;
}

/** Strokes the border of a mask where it is in sight, once per style, widest first. */
export function strokeMask(
  context: Context2d,
  view: DeviceView,
  mask: Pick<PaintedMask, 'runs' | 'box'>,
  styles: readonly LineStyle[],
  by: { readonly x: number; readonly y: number } = { x: 0, y: 0 },
): void {
  const [left, top, width, height] = view.visible;
  const inSight = intersectBoxes(mask.box, [left - by.x, top - by.y, width, height]);
  if (inSight[2] === 0) return;
  const cell = 2 ** view.level;
  const scale = view.scale * cell;
  context.save();
  context.setTransform(scale, 0, 0, scale, view.left + by.x * view.scale, view.top + by.y * view.scale);
  context.lineCap = 'square';
  const paths = tilesIn(inSight, view.level).map((tile) => pathOf(mask, tile, view));
  for (const style of styles) {
    context.strokeStyle = style.colour;
    context.lineWidth = (style.width * view.pixelRatio) / scale;
    for (const path of paths) context.stroke(path);
  }
  context.restore();
}

const pathsByMask = new WeakMap<Runs, Map<string, Path2D>>();
/** Tiles of one mask whose paths are kept: more than any screen shows. */
const keptPaths = 96;

function pathOf(mask: Pick<PaintedMask, 'runs' | 'box'>, tile: TileAt, view: DeviceView): Path2D {
  let paths = pathsByMask.get(mask.runs);
  if (paths === undefined || paths.size >= keptPaths) {
    paths = new Map();
    pathsByMask.set(mask.runs, paths);
  }
  const key = tileKey(tile);
  const known = paths.get(key);
  if (known !== undefined) return known;
  const path = new Path2D();
  for (const { fromX, fromY, toX, toY } of cracksOf(mask, cellsOf(tile, view.image), tile.level)) {
    path.moveTo(fromX, fromY);
    path.lineTo(toX, toY);
  }
  paths.set(key, path);
  return path;
}
