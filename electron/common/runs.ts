import type { Bitmap } from './bitmap.ts';
import type { Box, Size } from './geometry.ts';
import { AppError } from './errors.ts';

/**
 * A mask as runs, pixels counted down the columns (COCO's order): background, foreground, background, ...
 * The first run is background (0 long when pixel 0 is set); no other run is 0 long, so equal masks have
 * equal counts. The counts add up to width * height.
 */
export interface Runs extends Size {
  readonly counts: Uint32Array;
}

/** Pixel positions stay exact in signed 32-bit arithmetic. 46,340 x 46,340 fits. */
const maximumMaskPixels = 2 ** 31 - 1;

export function emptyRuns(size: Size): Runs {
  return { width: size.width, height: size.height, counts: Uint32Array.of(size.width * size.height) };
}

export function fullRuns(size: Size): Runs {
  const pixels = size.width * size.height;
  return pixels === 0
    ? emptyRuns(size)
    : { width: size.width, height: size.height, counts: Uint32Array.of(0, pixels) };
}

export interface RunWriter {
  /** Everything from the last position up to this one is set (1) or not (0). Positions never go back. */
  runTo(position: number, isSet: number): void;
  /** The rest of the image is background. */
  finish(): Runs;
}

/** Writes a mask from left to right; `changes` is about how often its value will change. */
export function startRuns(size: Size, changes: number): RunWriter {
  let counts = new Uint32Array(changes + 2);
  let last = 0; // index of the run being written; even = background
  let written = 0;
  const runTo = (position: number, isSet: number): void => {
    if (position === written) return;
    if ((last & 1) !== isSet) last++;
    if (last === counts.length) {
      const larger = new Uint32Array(2 * counts.length);
      larger.set(counts);
      counts = larger;
    }
    counts[last] = (counts[last] as number) + position - written;
    written = position;
  };
  return {
    runTo,
    finish() {
      runTo(size.width * size.height, 0);
      return { width: size.width, height: size.height, counts: counts.slice(0, last + 1) };
    },
  };
}

/**
 * The mask of plain counts as a file holds them; runs of length 0 inside are joined with their neighbours.
 *
 * @throws AppError 'bad-rle' for a count that is no whole number >= 0, or when the sum is not width * height
 */
export function runsFromCounts(counts: ArrayLike<number>, size: Size): Runs {
  checkSize(size);
  const out = new Uint32Array(counts.length + 1);
  let last = 0; // index of the run being written; even = background
  let sum = 0;
  for (let index = 0; index < counts.length; index++) {
    const count = counts[index] as number;
    if (!Number.isInteger(count) || count < 0) {
      throw new AppError(
        'bad-rle',
        `Run ${index} of the mask is ${String(count)}; a run is a whole number of pixels.`,
        {
          run: index,
        },
      );
    }
    sum += count;
    if (sum > maximumMaskPixels) break;
    if (count === 0) continue;
    if ((last & 1) !== (index & 1)) last++;
    out[last] = (out[last] as number) + count;
  }
  const pixels = size.width * size.height;
  if (sum !== pixels) {
    const relation = sum < pixels ? 'too short' : 'too long';
    throw new AppError(
      'bad-rle',
      `The mask's runs are ${relation}: they add up to ${sum} pixels, but ${size.width} x ${size.height} has ${pixels}.`,
      { sum, pixels },
    );
  }
  return { width: size.width, height: size.height, counts: out.slice(0, last + 1) };
}

/** @throws AppError 'bad-rle' for sides that are no whole numbers, or more pixels than a mask can count. */
export function checkSize(size: Size): void {
  const { width, height } = size;
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 0 || height < 0) {
    throw new AppError('bad-rle', `A mask cannot be ${String(width)} x ${String(height)} pixels.`, {
      width,
      height,
    });
  }
  if (width * height > maximumMaskPixels) {
    throw new AppError(
      'bad-rle',
      `A mask of ${width} x ${height} pixels is too large; the limit is ${maximumMaskPixels} pixels.`,
      { width, height },
    );
  }
}

/** @throws AppError 'mask-size-mismatch' when the two masks belong to images of different size. */
export function checkSameSize(a: Size, b: Size): void {
  if (a.width === b.width && a.height === b.height) return;
  throw new AppError(
    'mask-size-mismatch',
    `The masks have different sizes: ${a.width} x ${a.height} and ${b.width} x ${b.height}.`,
    { a: [a.width, a.height], b: [b.width, b.height] },
  );
}

export function isEmptyMask(runs: Runs): boolean {
  return runs.counts.length <= 1;
}

/** Number of set pixels. O(runs). */
export function areaOf(runs: Runs): number {
  let area = 0;
  for (let index = 1; index < runs.counts.length; index += 2) area += runs.counts[index] as number;
  return area;
}

/** The tight box [x, y, width, height]; [0,0,0,0] for an empty mask, as pycocotools says. O(runs). */
export function boxOf(runs: Runs): Box {
  const { counts, height } = runs;
  if (counts.length <= 1) return [0, 0, 0, 0];
  let top = height;
  let bottom = 0;
  let columnStart = 0;
  let end = counts[0] as number;
  let lastEnd = 0;
  for (let index = 1; index < counts.length; index += 2) {
    const start = end;
    lastEnd = start + (counts[index] as number);
    end = lastEnd + (counts[index + 1] ?? 0);
    if (start - columnStart >= height) columnStart = start - (start % height);
    // A run that goes on in the next column touches the bottom of one and the top of the other.
    const isWrapped = lastEnd - columnStart > height;
    top = isWrapped ? 0 : Math.min(top, start - columnStart);
    bottom = isWrapped ? height : Math.max(bottom, lastEnd - columnStart);
  }
  const left = Math.floor((counts[0] as number) / height);
  const right = Math.floor((lastEnd - 1) / height);
  return [left, top, right - left + 1, bottom - top];
}

const endsByRuns = new WeakMap<Runs, Uint32Array>();

/** Position after each run (running sums), computed once per mask: what a binary search needs. */
export function endsOf(runs: Runs): Uint32Array {
  const known = endsByRuns.get(runs);
  if (known) return known;
  const ends = new Uint32Array(runs.counts.length);
  let sum = 0;
  for (let index = 0; index < ends.length; index++) {
    sum += runs.counts[index] as number;
    ends[index] = sum;
  }
  endsByRuns.set(runs, ends);
  return ends;
}

/** Index of the run that holds `position`; the number of runs when it lies past the end. O(log runs). */
export function runAt(ends: Uint32Array, position: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] as number) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** False outside the image. O(log runs) after the first call for this mask. */
export function isPixelSet(runs: Runs, x: number, y: number): boolean {
  if (x < 0 || y < 0 || x >= runs.width || y >= runs.height) return false;
  return (runAt(endsOf(runs), x * runs.height + y) & 1) === 1;
}

export function isSameMask(a: Runs, b: Runs): boolean {
  if (a.width !== b.width || a.height !== b.height || a.counts.length !== b.counts.length) return false;
  for (let index = 0; index < a.counts.length; index++) {
    if (a.counts[index] !== b.counts[index]) return false;
  }
  return true;
}

/** @throws AppError 'mask-size-mismatch' when the data does not fill width x height. */
export function checkBitmap(bitmap: Bitmap): void {
  checkSize(bitmap);
  if (bitmap.data.length === bitmap.width * bitmap.height) return;
  throw new AppError(
    'mask-size-mismatch',
    `The mask has ${bitmap.data.length} pixels of data for ${bitmap.width} x ${bitmap.height} pixels.`,
    { width: bitmap.width, height: bitmap.height, data: bitmap.data.length },
  );
}
