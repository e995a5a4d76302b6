/** Parts of a ratio that belong together, such as those of one image. */
export interface Share {
  readonly part: number;
  readonly whole: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

const resamples = 2000;
const confidence = 0.95;

/**
 * The 95 % interval of b - a, each the sum of parts over the sum of wholes, by resampling the pairs: percentile bootstrap, the same each time.
 * Whole images are drawn, since the questions of one image have its difficulty in common.
 *
 * @returns null with fewer than two pairs, or where a sum of wholes can be 0
 */
export function pairedInterval(pairs: readonly (readonly [Share, Share])[], seed = 1): Interval | null {
  if (pairs.length < 2) return null;
  const random = mulberry(seed);
  const differences = new Float64Array(resamples);
  for (let sample = 0; sample < resamples; sample++) {
    const sums = [0, 0, 0, 0] as [number, number, number, number];
    for (let draw = 0; draw < pairs.length; draw++) {
      const [a, b] = pairs[Math.floor(random() * pairs.length)] as readonly [Share, Share];
      sums[0] += a.part;
      sums[1] += a.whole;
      sums[2] += b.part;
      sums[3] += b.whole;
    }
    if (sums[1] === 0 || sums[3] === 0) return null;
    differences[sample] = sums[2] / sums[3] - sums[0] / sums[1];
  }
  differences.sort();
  const tail = (1 - confidence) / 2;
  return { low: quantile(differences, tail), high: quantile(differences, 1 - tail) };
}

/** Between neighbours, as numpy's default. */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return below + (above - below) * (at - Math.floor(at));
}

/** A small generator of even numbers in [0, 1). Source: Mulberry32, public domain */
function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
