import { type Box, type CellBox, intersectBoxes } from '../../electron/common/geometry.ts';
import type { Runs } from '../../electron/common/runs.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { patternAlpha } from './mask-pattern.ts';
import { cellsOver, grownCells } from './tile-grid.ts';

/** A mask as it is to be drawn. */
export interface PaintedMask {
  readonly runs: Runs;
  /** Tight box, image pixels. */
  readonly box: Box;
  /** 0xBBGGRR: the low three bytes of a little-endian RGBA pixel. */
  readonly colour: number;
  /** Which pattern its fill wears; 0 is plain. */
  readonly pattern: number;
}

/** RGBA pixels, not premultiplied, one per cell: u32 [cells height, cells width]. */
export type TilePixels = Uint32Array<ArrayBuffer>;

export interface TileJob {
  /** Bottom first. */
  readonly masks: readonly PaintedMask[];
  readonly cells: CellBox;
  readonly level: number;
}

/** What a tile shows of its masks; how opaque that looks is decided when it is drawn. */
export interface TileArt {
  /** The masks filled, a higher one over a lower one. */
  readonly fill: TilePixels;
  /** The cells at each mask's own border: those with a pixel of it that have a neighbour without. */
  readonly outline: TilePixels;
}

export function composeTile({ masks, cells, level }: TileJob): TileArt {
  const fill = new Uint32Array(cells[2] * cells[3]);
  const outline = new Uint32Array(cells[2] * cells[3]);
  // One cell around on every side: a border cell is known by its neighbours.
  const around = grownCells(cells);
  for (const mask of masks) {
    const near = intersectBoxes(grownCells(cellsOver(mask.box, level)), around);
    if (near[2] < 3 || near[3] < 3) continue;
    const coverage = coverageOf(mask.runs, near, level);
    if (coverage.isBlank) continue;
    blendFill(fill, cells, { mask, level, coverage });
    blendOutline(outline, cells, { colour: mask.colour, coverage });
  }
  return { fill, outline };
}

/** Only the fill: what the active mask needs, whose outline is drawn as lines. */
export function composeFill({ masks, cells, level }: TileJob): TilePixels {
  const fill = new Uint32Array(cells[2] * cells[3]);
  for (const mask of masks) {
    const near = intersectBoxes(grownCells(cellsOver(mask.box, level)), grownCells(cells));
    if (near[2] < 3 || near[3] < 3) continue;
    const coverage = coverageOf(mask.runs, near, level);
    if (!coverage.isBlank) blendFill(fill, cells, { mask, level, coverage });
  }
  return fill;
}

interface Blending {
  readonly mask: PaintedMask;
  readonly level: number;
  /** One cell larger than what is blended, on every side. */
  readonly coverage: Coverage;
}

function blendFill(pixels: TilePixels, cells: CellBox, { mask, level, coverage }: Blending): void {
  const [left, top, width, height] = coverage.cells;
  const { counts } = coverage;
  const full = 4 ** Math.max(0, level);
  const opaque = (mask.colour | 0xff000000) >>> 0;
  for (let row = 1; row < height - 1; row++) {
    let from = row * width + 1;
    let to = (top + row - cells[1]) * cells[2] + left + 1 - cells[0];
    for (let column = 1; column < width - 1; column++, from++, to++) {
      const count = counts[from] as number;
      if (count === 0) continue;
      const ink = mask.pattern === 0 ? 255 : patternAlpha(mask.pattern, left + column, top + row);
      const alpha = count === full ? ink : Math.round((ink * count) / full);
      pixels[to] = alpha === 255 ? opaque : over(pixels[to] as number, mask.colour, alpha);
    }
  }
}

/** `colour` at `alpha` laid over a pixel. */
function over(below: number, colour: number, alpha: number): number {
  const kept = ((below >>> 24) * (255 - alpha)) / 255;
  const sum = alpha + kept;
  if (sum < 0.5) return 0;
  const channel = (shift: number): number =>
    Math.round((((colour >>> shift) & 255) * alpha + ((below >>> shift) & 255) * kept) / sum);
  return ((Math.round(sum) << 24) | (channel(16) << 16) | (channel(8) << 8) | channel(0)) >>> 0;
}

function blendOutline(
  pixels: TilePixels,
  cells: CellBox,
  { colour, coverage }: { readonly colour: number; readonly coverage: Coverage },
): void {
  const [left, top, width, height] = coverage.cells;
  const { counts } = coverage;
  const opaque = (colour | 0xff000000) >>> 0;
  for (let row = 1; row < height - 1; row++) {
    let at = row * width + 1;
    let to = (top + row - cells[1]) * cells[2] + left + 1 - cells[0];
    for (let column = 1; column < width - 1; column++, at++, to++) {
      if (counts[at] === 0) continue;
      const isInner =
        counts[at - 1] !== 0 && counts[at + 1] !== 0 && counts[at - width] !== 0 && counts[at + width] !== 0;
      if (!isInner) pixels[to] = opaque;
    }
  }
}

/** '#rrggbb' as 0xBBGGRR. */
export function packColour(colour: string): number {
  const value = Number.parseInt(colour.slice(1), 16);
  return ((value & 255) << 16) | (value & 0xff00) | (value >>> 16);
}
