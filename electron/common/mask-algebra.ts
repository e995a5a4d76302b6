import { checkSameSize, emptyRuns, fullRuns, type Runs } from './runs.ts';

/** Set operations on masks of one image, on their runs: O(runs of both), whatever the image's size. */

/** Pixels set in either. @throws AppError 'mask-size-mismatch' (as all here) */
export function unionOf(a: Runs, b: Runs): Runs {
  return combine(a, b, 0b1110);
}

export function intersectionOf(a: Runs, b: Runs): Runs {
  return combine(a, b, 0b1000);
}

/** Pixels of `a` that are not in `b`. */
export function differenceOf(a: Runs, b: Runs): Runs {
  return combine(a, b, 0b0100);
}

/** Pixels set in exactly one: what a stroke changed. */
export function exclusiveOf(a: Runs, b: Runs): Runs {
  return combine(a, b, 0b0110);
}

export function invert(runs: Runs): Runs {
  const { counts, width, height } = runs;
  if (counts.length <= 1) return fullRuns(runs);
  if (counts[0] === 0) return { width, height, counts: counts.slice(1) };
  const flipped = new Uint32Array(counts.length + 1);
  flipped.set(counts, 1);
  return { width, height, counts: flipped };
}

/** Union of any number, pairwise as a tree, so that many masks cost O(runs x log masks). */
export function unionOfAll(
  masks: readonly Runs[],
  size: { readonly width: number; readonly height: number },
): Runs {
  let level = masks;
  while (level.length > 1) {
    const next: Runs[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const first = level[index] as Runs;
      const second = level[index + 1];
      next.push(second ? unionOf(first, second) : first);
    }
    level = next;
  }
  return level[0] ?? emptyRuns(size);
}

/** Number of pixels in both. */
export function sharedAreaOf(a: Runs, b: Runs): number {
  return overlap(a, b).shared;
}

/**
 * Intersection over union; with `crowd` over the area of `a` alone (COCO's rule for a crowd `b`).
 * Two empty masks give 0, as pycocotools does.
 */
export function iouOf(a: Runs, b: Runs, options: { readonly crowd: boolean } = { crowd: false }): number {
  const { shared, areaA, areaB } = overlap(a, b);
  const whole = options.crowd ? areaA : areaA + areaB - shared;
  return whole === 0 ? 0 : shared / whole;
}

function overlap(a: Runs, b: Runs): { shared: number; areaA: number; areaB: number } {
  let shared = 0;
  let areaA = 0;
  let areaB = 0;
  walkTogether(a, b, (isInA, isInB, length) => {
    if (isInA) areaA += length;
    if (isInB) areaB += length;
    if (isInA & isInB) shared += length;
  });
  return { shared, areaA, areaB };
}

/**
 * One loop without calls: it runs at the end of every stroke, mostly before the machine has had the chance to make it
 * fast.
 *
 * @param rule bit (2 * isInA + isInB) says whether such a pixel is in the result
 */
function combine(a: Runs, b: Runs, rule: number): Runs {
  checkSameSize(a, b);
  const countsA = a.counts;
  const countsB = b.counts;
  // A result never has more runs than both inputs together, and one more for a leading 0.
  const counts = new Uint32Array(countsA.length + countsB.length + 1);
  let last = 0;
  let indexA = 0;
  let indexB = 0;
  let leftA = countsA[0] ?? 0;
  let leftB = countsB[0] ?? 0;
  while (indexA < countsA.length && indexB < countsB.length) {
    const length = leftA < leftB ? leftA : leftB;
    if (length > 0) {
      if ((last & 1) !== ((rule >> (2 * (indexA & 1) + (indexB & 1))) & 1)) last++;
      counts[last] = (counts[last] as number) + length;
    }
    leftA -= length;
    leftB -= length;
    if (leftA === 0) leftA = countsA[++indexA] ?? 0;
    if (leftB === 0) leftB = countsB[++indexB] ?? 0;
  }
  return { width: a.width, height: a.height, counts: counts.slice(0, last + 1) };
}

/** Calls `visit` for each stretch over which neither mask changes, in pixel order. */
function walkTogether(a: Runs, b: Runs, visit: (isInA: number, isInB: number, length: number) => void): void {
  checkSameSize(a, b);
  let indexA = 0;
  let indexB = 0;
  let leftA = a.counts[0] ?? 0;
  let leftB = b.counts[0] ?? 0;
  while (indexA < a.counts.length && indexB < b.counts.length) {
    const length = Math.min(leftA, leftB);
    if (length > 0) visit(indexA & 1, indexB & 1, length);
    leftA -= length;
    leftB -= length;
    if (leftA === 0) leftA = a.counts[++indexA] ?? 0;
    if (leftB === 0) leftB = b.counts[++indexB] ?? 0;
  }
}
