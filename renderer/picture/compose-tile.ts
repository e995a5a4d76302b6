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
  /** How many cells deep a mask's border is drawn; left out, `thinOutline`. */
  readonly outline?: number;
}

/** What a tile shows of its masks; how opaque that looks is decided when it is drawn. */
export interface TileArt {
  /** The masks filled, a higher one over a lower one. */
  readonly fill: TilePixels;
  /** The cells at each mask's own border in its full colour, as deep as was asked for, and a halo of one cell around it. */
  readonly outline: TilePixels;
}

/** Cells of an outline where a cell is about a pixel of the screen. */
export const thinOutline = 2;
/** Of an outline, where cells are much smaller than pixels of the screen. */
const deepestOutline = 8;
/** How far beyond its pixels a mask is drawn. */
export const haloDepth = 1;
/** Cells around a tile on which its art depends, for an outline so many cells deep. */
export function artMargin(outline: number): number {
  return outline + haloDepth;
}

/** Cells of an outline that is two CSS pixels wide on the screen. @param cellSize  device px a side */
export function outlineCells(cellSize: number, pixelRatio: number): number {
  return Math.max(thinOutline, Math.min(deepestOutline, Math.round((2 * pixelRatio) / cellSize)));
}

export function composeTile({ masks, cells, level, outline: depth = thinOutline }: TileJob): TileArt {
  const fill = new Uint32Array(cells[2] * cells[3]);
  const outline = new Uint32Array(cells[2] * cells[3]);
  // A border cell is known by its neighbours.
  const around = grownCells(cells, depth);
  for (const mask of masks) {
    const near = intersectBoxes(grownCells(cellsOver(mask.box, level), artMargin(depth)), around);
    if (Math.min(near[2], near[3]) <= 2 * depth) continue;
    const coverage = coverageOf(mask.runs, near, level);
    if (coverage.isBlank) continue;
    blendFill(fill, cells, { mask, level, coverage, margin: depth });
    blendOutline(outline, cells, { colour: mask.colour, coverage, depth });
  }
  return { fill, outline };
}

/** Fill and outline as one picture, the fill as opaque as given; into the outline's own pixels. */
export function flattened({ fill, outline }: TileArt, fillOpacity: number): TilePixels {
  for (let at = 0; at < fill.length; at++) {
    const under = fill[at] as number;
    const above = outline[at] as number;
    if (under === 0 || above >>> 24 === 255) continue;
    const faint = ((Math.round((under >>> 24) * fillOpacity) << 24) | (under & 0xffffff)) >>> 0;
    outline[at] = above === 0 ? faint : over(faint, above & 0xffffff, above >>> 24);
  }
  return outline;
}

/** Only the fill: what the active mask needs, whose outline is drawn as lines. */
export function composeFill({ masks, cells, level }: TileJob): TilePixels {
  const fill = new Uint32Array(cells[2] * cells[3]);
  for (const mask of masks) {
    const near = intersectBoxes(grownCells(cellsOver(mask.box, level)), grownCells(cells));
    if (near[2] < 3 || near[3] < 3) continue;
    const coverage = coverageOf(mask.runs, near, level);
    if (!coverage.isBlank) blendFill(fill, cells, { mask, level, coverage, margin: 1 });
  }
  return fill;
}

interface Blending {
  readonly mask: PaintedMask;
  readonly level: number;
  readonly coverage: Coverage;
  /** By so many cells the coverage is larger than what is blended, on every side. */
  readonly margin: number;
}

function blendFill(pixels: TilePixels, cells: CellBox, { mask, level, coverage, margin }: Blending): void {
  const [left, top, width, height] = coverage.cells;
  const { counts } = coverage;
  const full = 4 ** Math.max(0, level);
  const opaque = (mask.colour | 0xff000000) >>> 0;
  for (let row = margin; row < height - margin; row++) {
    let from = row * width + margin;
    let to = (top + row - cells[1]) * cells[2] + left + margin - cells[0];
    for (let column = margin; column < width - margin; column++, from++, to++) {
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
  {
    colour,
    coverage,
    depth,
  }: { readonly colour: number; readonly coverage: Coverage; readonly depth: number },
): void {
  const [left, top, width, height] = coverage.cells;
  const { counts } = coverage;
  const opaque = (colour | 0xff000000) >>> 0;
  const halo = haloOf(colour);
  const ways = waysOut(coverage, depth);
  for (let row = depth; row < height - depth; row++) {
    let at = row * width + depth;
    let to = (top + row - cells[1]) * cells[2] + left + depth - cells[0];
    for (let column = depth; column < width - depth; column++, at++, to++) {
      const isCovered = counts[at] !== 0;
      const isAtBorder = isCovered ? (ways[at] as number) <= depth : hasNeighbour(counts, at, width);
      if (!isAtBorder) continue;
      pixels[to] = isCovered ? opaque : over(pixels[to] as number, halo.colour, halo.alpha);
    }
  }
}

/**
 * Steps from each cell to the nearest one that is not covered, along rows and columns; u8 [height, width], `depth` + 1 for all that are further.
 * What lies beyond the coverage counts as far: only cells at least `depth` away from its edge are asked for.
 */
function waysOut({ counts, cells: [, , width, height] }: Coverage, depth: number): Uint8Array {
  const ways = new Uint8Array(counts.length);
  const far = depth + 1;
  for (let at = 0, row = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      if (counts[at] === 0) continue;
      const left = column > 0 ? (ways[at - 1] as number) : far;
      const above = row > 0 ? (ways[at - width] as number) : far;
      ways[at] = Math.min(far, (left < above ? left : above) + 1);
    }
  }
  for (let at = counts.length - 1, row = height - 1; row >= 0; row--) {
    for (let column = width - 1; column >= 0; column--, at--) {
      const way = ways[at] as number;
      if (way <= 1) continue;
      const right = column < width - 1 ? (ways[at + 1] as number) : far;
      const below = row < height - 1 ? (ways[at + width] as number) : far;
      const back = (right < below ? right : below) + 1;
      if (back < way) ways[at] = back;
    }
  }
  return ways;
}

function hasNeighbour(counts: Int32Array, at: number, width: number): boolean {
  return counts[at - 1] !== 0 || counts[at + 1] !== 0 || counts[at - width] !== 0 || counts[at + width] !== 0;
}

/** Relative luminance from which black stands out better from a colour than white: where (1.05 / (l + 0.05)) is ((l + 0.05) / 0.05). */
const lightFrom = 0.18;
const haloAlpha = 190;

/**
 * Dark around a light colour and light around a dark one: whatever the picture is like, the outline, its halo and the picture make an edge of
 * at least 3 : 1 with one another (test/renderer/picture/coverage.test.ts tries them all).
 */
export function haloOf(colour: number): { readonly colour: number; readonly alpha: number } {
  const linear = (shift: number): number => (((colour >>> shift) & 255) / 255) ** 2.2;
  const luminance = 0.2126 * linear(0) + 0.7152 * linear(8) + 0.0722 * linear(16);
  return { colour: luminance > lightFrom ? 0 : 0xffffff, alpha: haloAlpha };
}

/** '#rrggbb' as 0xBBGGRR. */
export function packColour(colour: string): number {
  const value = Number.parseInt(colour.slice(1), 16);
  return ((value & 255) << 16) | (value & 0xff00) | (value >>> 16);
}
