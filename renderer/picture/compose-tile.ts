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
  /** The cells at each mask's own border, two deep in its full colour, and a halo of one cell around it. */
  readonly outline: TilePixels;
}

/** How far a cell of the outline looks for the mask's end. */
const outlineDepth = 2;
/** How far beyond its pixels a mask is drawn. */
export const haloDepth = 1;
/** Cells around a tile on which its art depends. */
export const artMargin = outlineDepth + haloDepth;

export function composeTile({ masks, cells, level }: TileJob): TileArt {
  const fill = new Uint32Array(cells[2] * cells[3]);
  const outline = new Uint32Array(cells[2] * cells[3]);
  // A border cell is known by its neighbours.
  const around = grownCells(cells, outlineDepth);
  for (const mask of masks) {
    const near = intersectBoxes(grownCells(cellsOver(mask.box, level), artMargin), around);
    if (Math.min(near[2], near[3]) <= 2 * outlineDepth) continue;
    const coverage = coverageOf(mask.runs, near, level);
    if (coverage.isBlank) continue;
    blendFill(fill, cells, { mask, level, coverage, margin: outlineDepth });
    blendOutline(outline, cells, { colour: mask.colour, coverage });
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
  { colour, coverage }: { readonly colour: number; readonly coverage: Coverage },
): void {
  const [left, top, width, height] = coverage.cells;
  const { counts } = coverage;
  const opaque = (colour | 0xff000000) >>> 0;
  const halo = haloOf(colour);
  for (let row = outlineDepth; row < height - outlineDepth; row++) {
    let at = row * width + outlineDepth;
    let to = (top + row - cells[1]) * cells[2] + left + outlineDepth - cells[0];
    for (let column = outlineDepth; column < width - outlineDepth; column++, at++, to++) {
      const isCovered = counts[at] !== 0;
      const isAtBorder = isCovered ? !isInner(counts, at, width) : hasNeighbour(counts, at, width);
      if (!isAtBorder) continue;
      pixels[to] = isCovered ? opaque : over(pixels[to] as number, halo.colour, halo.alpha);
    }
  }
}

/** Whether all cells up to two steps away are covered. */
function isInner(counts: Int32Array, at: number, width: number): boolean {
  return (
    counts[at - 1] !== 0 &&
    counts[at + 1] !== 0 &&
    counts[at - width] !== 0 &&
    counts[at + width] !== 0 &&
    counts[at - 2] !== 0 &&
    counts[at + 2] !== 0 &&
    counts[at - 2 * width] !== 0 &&
    counts[at + 2 * width] !== 0 &&
    counts[at - width - 1] !== 0 &&
    counts[at - width + 1] !== 0 &&
    counts[at + width - 1] !== 0 &&
    counts[at + width + 1] !== 0
  );
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
