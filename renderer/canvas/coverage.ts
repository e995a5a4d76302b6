import { intersectBoxes } from '../../electron/common/bitmap.ts';
import type { Box } from '../../electron/common/document.ts';
import { type Runs, endsOf, runAt } from '../../electron/common/runs.ts';

/** How many pixels of a mask lie in each cell of a rectangle of cells. */
export interface Coverage {
  /** In cells of the level. */
  readonly cells: Box;
  /** i32 [cells height, cells width], 0 .. 4^level */
  readonly counts: Int32Array;
}

/**
 * Counts the mask's pixels in cells of 2^level image pixels a side, without decoding the mask:
 * each vertical stretch of a run marks where the count of its column of cells changes, then one pass down
 * the rows adds the changes up. O(runs in the columns + columns + cells).
 */
export function coverageOf(runs: Runs, cells: Box, level: number): Coverage {
  const [left, top, width, height] = cells;
  // One row more takes the marks of stretches that end at the bottom.
  const counts = new Int32Array(width * (height + 1));
  const side = 2 ** level;
  const inside = intersectBoxes([left * side, top * side, width * side, height * side], [0, 0, runs.width, runs.height]);
  if (inside[2] > 0) {
    const firstRow = inside[1];
    const pastRow = inside[1] + inside[3];
    eachStretch(runs, inside[0], inside[0] + inside[2], (x, start, end) => {
      const from = Math.max(start, firstRow);
      const to = Math.min(end, pastRow);
      if (from < to) mark(counts, { column: (x >> level) - left, from, to, top, width, side });
    });
  }
  for (let index = width; index < counts.length; index++) {
    counts[index] = (counts[index] as number) + (counts[index - width] as number);
  }
  return { cells, counts: counts.subarray(0, width * height) };
}

interface Stretch {
  readonly column: number;
  /** Image rows [from, to). */
  readonly from: number;
  readonly to: number;
  readonly top: number;
  readonly width: number;
  readonly side: number;
}

/** Adds the first difference, down the column of cells, of the overlap of rows [from, to) with each cell. */
function mark(counts: Int32Array, { column, from, to, top, width, side }: Stretch): void {
  const first = Math.floor(from / side);
  const last = Math.floor((to - 1) / side);
  const at = (first - top) * width + column;
  if (first === last) {
    add(counts, at, to - from);
    add(counts, at + width, from - to);
    return;
  }
  const inFirst = (first + 1) * side - from;
  const inLast = to - last * side;
  const end = (last - top) * width + column;
  add(counts, at, inFirst);
  add(counts, at + width, side - inFirst);
  add(counts, end, inLast - side);
  add(counts, end + width, -inLast);
}

function add(counts: Int32Array, at: number, amount: number): void {
  counts[at] = (counts[at] as number) + amount;
}

/** Visits the foreground of columns [from, to) as stretches of rows [start, end), column by column. */
export function eachStretch(
  runs: Runs,
  from: number,
  to: number,
  visit: (x: number, start: number, end: number) => void,
): void {
  const ends = endsOf(runs);
  const { height } = runs;
  const past = to * height;
  let index = runAt(ends, from * height);
  if ((index & 1) === 0) index++;
  for (; index < ends.length; index += 2) {
    let position = Math.max(ends[index - 1] as number, from * height);
    if (position >= past) return;
    const end = Math.min(ends[index] as number, past);
    while (position < end) {
      const x = Math.floor(position / height);
      const columnStart = x * height;
      const stretchEnd = Math.min(end, columnStart + height);
      visit(x, position - columnStart, stretchEnd - columnStart);
      position = stretchEnd;
    }
  }
}
