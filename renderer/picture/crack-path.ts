import { type CellBox, type ImagePoint, imagePoint, intersectBoxes } from '../../electron/common/geometry.ts';
import { ByteCache } from './byte-cache.ts';
import type { PaintedMask } from './compose-tile.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import type { DeviceView } from './device-view.ts';
import type { Context2d } from './draw-tiles.ts';
import { maskTileSide } from './mask-tiles.ts';
import { versionIn } from './mask-versions.ts';
import { type TileAt, cellsOf, cellsOver, grownCells, pixelsUnder, tileKey, tilesIn } from './tile-grid.ts';

/** A stretch of cell edges between two cell corners, horizontal or vertical. */
export interface Crack {
  readonly fromX: number;
  readonly fromY: number;
  readonly toX: number;
  readonly toY: number;
}

type CrackVisitor = (fromX: number, fromY: number, toX: number, toY: number) => void;

export function cracksOf(
  mask: Pick<PaintedMask, 'runs' | 'box'>,
  part: CellBox,
  level: number,
): readonly Crack[] {
  const cracks: Crack[] = [];
  visitCracks(mask, { part, level }, (fromX, fromY, toX, toY) => cracks.push({ fromX, fromY, toX, toY }));
  return cracks;
}

/**
 * The edges, within `part`, between cells with a pixel of the mask and cells without: on level 0 exactly the
 * mask's border, whatever the zoom. Straight neighbours are joined. Corners count in cells of the level.
 */
function visitCracks(
  mask: Pick<PaintedMask, 'runs' | 'box'>,
  { part, level }: { readonly part: CellBox; readonly level: number },
  visit: CrackVisitor,
): void {
  // An edge belongs to two cells.
  const near = intersectBoxes(grownCells(cellsOver(mask.box, level)), grownCells(part));
  if (mask.box[2] === 0 || near[2] < 2 || near[3] < 2) return;
  const coverage = coverageOf(mask.runs, near, level);
  if (coverage.isBlank) return;
  visitLevelCracks(coverage, visit);
  visitUprightCracks(coverage, visit);
}

function visitLevelCracks({ cells, counts }: Coverage, visit: CrackVisitor): void {
  const [left, top, width, height] = cells;
  for (let row = 1; row < height; row++) {
    let start = -1;
    for (let column = 0; column <= width; column++) {
      const at = row * width + column;
      const isCrack = column < width && (counts[at] === 0) !== (counts[at - width] === 0);
      if (isCrack === start >= 0) continue;
      if (!isCrack) visit(left + start, top + row, left + column, top + row);
      start = isCrack ? column : -1;
    }
  }
}

function visitUprightCracks({ cells, counts }: Coverage, visit: CrackVisitor): void {
  const [left, top, width, height] = cells;
  // Row by row, as memory lies; each column remembers where its crack began.
  const starts = new Int32Array(width).fill(-1);
  for (let row = 0; row <= height; row++) {
    for (let column = 1; column < width; column++) {
      const at = row * width + column;
      const isCrack = row < height && (counts[at] === 0) !== (counts[at - 1] === 0);
      const start = starts[column] as number;
      if (isCrack === start >= 0) continue;
      if (!isCrack) visit(left + column, top + start, left + column, top + row);
      starts[column] = isCrack ? row : -1;
    }
  }
}

export interface LineStyle {
  readonly colour: string;
  /** CSS pixels on the screen, at every zoom. */
  readonly width: number;
}

export interface Outlining {
  /** Once per style, widest first. */
  readonly styles: readonly LineStyle[];
  /** Where the mask is drawn, relative to where it is. */
  readonly by?: ImagePoint;
  /** False when this frame has no time left to find another tile's border. */
  readonly mayTrace: () => boolean;
}

/**
 * Strokes the border of a mask where it is in sight.
 *
 * @returns false when some of it was left for a later frame
 */
export function strokeMask(
  context: Context2d,
  view: DeviceView,
  mask: Pick<PaintedMask, 'runs' | 'box'>,
  { styles, by = imagePoint({ x: 0, y: 0 }), mayTrace }: Outlining,
): boolean {
  const [left, top, width, height] = view.visible;
  const inSight = intersectBoxes(mask.box, [left - by.x, top - by.y, width, height]);
  if (inSight[2] === 0) return true;
  const cell = 2 ** view.level;
  const scale = view.scale * cell;
  context.save();
  context.setTransform(scale, 0, 0, scale, view.left + by.x * view.scale, view.top + by.y * view.scale);
  context.lineCap = 'square';
  const tiles = tilesIn(inSight, view.level, maskTileSide);
  const traced = tiles.map((tile) => pathOf(mask, { tile, view, mayTrace }));
  for (const style of styles) {
    context.strokeStyle = style.colour;
    context.lineWidth = (style.width * view.pixelRatio) / scale;
    for (const path of traced) if (path !== null) context.stroke(path);
  }
  context.restore();
  return !traced.includes(null);
}

/** Finds a mask's border where it is in sight. @returns false when the frame's time was over first */
export function traceMask(
  view: DeviceView,
  mask: Pick<PaintedMask, 'runs' | 'box'>,
  mayTrace: () => boolean,
): boolean {
  const inSight = intersectBoxes(mask.box, view.visible);
  if (inSight[2] === 0) return true;
  return tilesIn(inSight, view.level, maskTileSide).every(
    (tile) => pathOf(mask, { tile, view, mayTrace }) !== null,
  );
}

/** Paths kept; each holds one tile's border of one mask. */
const keptPaths = 1_024;
const paths = new ByteCache<Path2D>({ limitBytes: keptPaths, release: () => undefined });

function pathOf(
  mask: Pick<PaintedMask, 'runs' | 'box'>,
  {
    tile,
    view,
    mayTrace,
  }: { readonly tile: TileAt; readonly view: DeviceView } & Pick<Outlining, 'mayTrace'>,
): Path2D | null {
  const cells = cellsOf(tile, view.image, maskTileSide);
  const around = pixelsUnder(grownCells(cells), tile.level);
  const key = `${versionIn(mask.runs, around)}:${tileKey(tile)}`;
  const known = paths.get(key);
  if (known !== null) return known;
  if (!mayTrace()) return null;
  const path = new Path2D();
  visitCracks(mask, { part: cells, level: tile.level }, (fromX, fromY, toX, toY) => {
    path.moveTo(fromX, fromY);
    path.lineTo(toX, toY);
  });
  paths.set(key, path, 1);
  return path;
}
