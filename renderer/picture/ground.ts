import { type Lab, distanceBetween, labOf, labOfHex } from '../../electron/common/lab.ts';
import { targetColours } from '../../electron/common/palette.ts';
import type { Size } from '../../electron/common/geometry.ts';
import { type Runs, areaOf } from '../../electron/common/runs.ts';

/** The picture beneath the masks, small: u8 [height, width, 4], RGBA. */
export interface Ground extends Size {
  readonly rgba: Uint8ClampedArray;
}

/** Pixels of a mask that are looked at. */
const samples = 240;
/** Below this mean distance (CIE76) a mask is hard to tell from what lies beneath it. */
const clearDistance = 42;
/** Below this distance a stretch of its border is; so much of what lies beneath may be nearer. */
const [leastDistance, nearShare] = [30, 0.2];

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

/** The picture's colours all over it, some thousand of them. */
export function coloursOver({ width, height, rgba }: Ground): readonly Lab[] {
  const step = Math.max(1, Math.floor(Math.sqrt((width * height) / 4_000)));
  const found: Lab[] = [];
  for (let y = 0; y < height; y += step)
    for (let x = 0; x < width; x += step) {
      const at = 4 * (y * width + x);
      found.push(labOf(rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0));
    }
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
  const ranked = targetColours.map((colour) => ({ colour, ...distancesTo(under, colour) }));
  const clear = ranked.filter(({ mean, near }) => mean >= clearDistance && near >= leastDistance);
  if (clear.length === 0) return ranked.reduce((a, b) => (b.near > a.near ? b : a)).colour;
  return clear.reduce((a, b) => (uses(b.colour) < uses(a.colour) ? b : a)).colour;
}

/** Distances of a colour from those beneath: their mean, and the one that four in five of them have at least. */
export function distancesTo(
  under: readonly Lab[],
  colour: string,
): { readonly mean: number; readonly near: number } {
  if (under.length === 0) return { mean: Number.POSITIVE_INFINITY, near: Number.POSITIVE_INFINITY };
  const own = labOfHex(colour);
  const distances = under.map((one) => distanceBetween(own, one)).sort((x, y) => x - y);
  const mean = distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
  return { mean, near: distances[Math.floor(nearShare * distances.length)] ?? mean };
}
