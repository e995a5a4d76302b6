import { targetColours } from '../../electron/common/palette.ts';
import type { Size } from '../../electron/common/geometry.ts';
import { type Runs, areaOf } from '../../electron/common/runs.ts';

/** The picture beneath the masks, small: u8 [height, width, 4], RGBA. */
export interface Ground extends Size {
  readonly rgba: Uint8ClampedArray;
}

type Lab = readonly [number, number, number];

/** Pixels of a mask that are looked at. */
const samples = 240;
/** Below this distance (CIE76) a mask is hard to tell from what lies beneath it. */
const clearDistance = 42;

/** The picture's colours beneath a mask, spread evenly over its pixels; empty for an empty mask. */
export function coloursUnder(ground: Ground, runs: Runs): readonly Lab[] {
  const step = Math.max(1, areaOf(runs) / samples);
  const found: Lab[] = [];
  let position = 0;
  let wanted = step / 2;
  let set = 0;
  runs.counts.forEach((count, index) => {
    if (index % 2 === 1) {
      for (; wanted < set + count; wanted += step)
        found.push(colourAt(ground, runs, position + wanted - set));
      set += count;
    }
    position += count;
  });
  return found;
}

/** @param at position down the columns of the mask */
function colourAt(ground: Ground, { width, height }: Size, at: number): Lab {
  const pixel = Math.floor(at);
  const x = Math.min(ground.width - 1, Math.floor((Math.floor(pixel / height) / width) * ground.width));
  const y = Math.min(ground.height - 1, Math.floor(((pixel % height) / height) * ground.height));
  const from = 4 * (y * ground.width + x);
  return labOf(ground.rgba[from] ?? 0, ground.rgba[from + 1] ?? 0, ground.rgba[from + 2] ?? 0);
}

/**
 * The colour of a new target: of those that stand out from what lies under it the one that is used least, the earlier one of the palette where
 * several are; where none does, the one that stands out most.
 */
export function clearColour(under: readonly Lab[], used: readonly string[]): string {
  const uses = (colour: string): number => used.filter((one) => one === colour).length;
  const ranked = targetColours.map((colour) => ({ colour, distance: distanceTo(under, colour) }));
  const clear = ranked.filter(({ distance }) => distance >= clearDistance);
  const best = (ranked: readonly { readonly colour: string; readonly distance: number }[]) =>
    ranked.reduce((a, b) => (b.distance > a.distance ? b : a));
  if (clear.length === 0) return best(ranked).colour;
  return clear.reduce((a, b) => (uses(b.colour) < uses(a.colour) ? b : a)).colour;
}

/** Mean distance of a colour from those beneath. */
export function distanceTo(under: readonly Lab[], colour: string): number {
  if (under.length === 0) return Number.POSITIVE_INFINITY;
  const value = Number.parseInt(colour.slice(1), 16);
  const [l, a, b] = labOf(value >>> 16, (value >>> 8) & 255, value & 255);
  return under.reduce((sum, [l2, a2, b2]) => sum + Math.hypot(l - l2, a - a2, b - b2), 0) / under.length;
}

/** sRGB 0..255 as CIE L*a*b*, D65. Source: IEC 61966-2-1; CIE 15. */
function labOf(red: number, green: number, blue: number): Lab {
  const linear = (value: number): number => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const bent = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const x = bent((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = bent(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = bent((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
