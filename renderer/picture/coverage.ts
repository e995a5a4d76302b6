import { type Box, type CellBox, intersectBoxes } from '../../electron/common/geometry.ts';
import { type Runs, endsOf, runAt } from '../../electron/common/runs.ts';
import { cellsOver, pixelsUnder } from './tile-grid.ts';

/** How many pixels of a mask lie in each cell of a rectangle of cells. */
export interface Coverage {
  /** In cells of the level. */
  readonly cells: CellBox;
  /** i32 [cells height, cells width], 0 .. 4^level; 0 or 1 below level 0, where a pixel has several cells */
  readonly counts: Int32Array;
  /** True when no pixel of the mask lies in any of the cells. */
  readonly isBlank: boolean;
}

/**
 * Counts the mask's pixels in cells of 2^level image pixels a side, without decoding the mask: each vertical
 * stretch of a run marks where the count of its column of cells changes, then one pass down the rows adds the
 * changes up. O(runs in the columns + columns + cells).
 */
export function coverageOf(runs: Runs, cells: CellBox, level: number): Coverage {
  if (level < 0) return enlarged(coverageOf(runs, cellsOver(pixelsUnder(cells, level), 0), 0), cells, -level);
  const [, , width, height] = cells;
  // One row more takes the marks of stretches that end at the bottom.
  const marks = new Int32Array(width * (height + 1));
  const pixels = pixelsUnder(cells, level);
  const inside = intersectBoxes(pixels, [0, 0, runs.width, runs.height]);
  const isBlank = inside[2] === 0 || !markStretches({ runs, cells, inside, level }, marks);
  for (let at = width; !isBlank && at < marks.length; at++)
    marks[at] = (marks[at] as number) + (marks[at - width] as number);
  return { cells, counts: marks.subarray(0, width * height), isBlank };
}

/** Each pixel as 2^steps cells a side. */
function enlarged(pixels: Coverage, cells: CellBox, steps: number): Coverage {
  const [left, top, width, height] = cells;
  const counts = new Int32Array(width * height);
  if (!pixels.isBlank) {
    for (let row = 0, at = 0; row < height; row++) {
      const from = (((top + row) >> steps) - pixels.cells[1]) * pixels.cells[2] - pixels.cells[0];
      for (let column = 0; column < width; column++, at++)
        counts[at] = pixels.counts[from + ((left + column) >> steps)] as number;
    }
  }
  return { cells, counts, isBlank: pixels.isBlank };
}

/** Whether a pixel of the mask lies in the box. O(log runs + runs in its columns), mostly much less. */
export function hasPixelsIn(runs: Runs, box: Box): boolean {
  const inside = intersectBoxes(box, [0, 0, runs.width, runs.height]);
  if (inside[2] === 0) return false;
  const ends = endsOf(runs);
  const { height } = runs;
  const [left, top, width] = inside;
  const pastRow = top + inside[3];
  const past = (left + width) * height;
  let index = runAt(ends, left * height);
  if ((index & 1) === 0) index++;
  for (; index < ends.length; index += 2) {
    const start = Math.max(ends[index - 1] as number, left * height);
    if (start >= past) return false;
    const row = start % height;
    // Measured from the top of its first column: a run that goes on below holds the top of the next column.
    const end = Math.min(ends[index] as number, past) - start + row;
    if ((row < pastRow && end > top) || end > height + top) return true;
  }
  return false;
}

interface Marking {
  readonly runs: Runs;
  readonly cells: CellBox;
  /** The part of the image under the cells, pixels. */
  readonly inside: Box;
  readonly level: number;
}

/**
 * For each stretch of rows in a column: the first difference, down the column of cells, of its overlap with
 * each cell. One loop without calls: it runs once for every column of every mask of every tile.
 *
 * @returns whether anything was marked
 */
function markStretches({ runs, cells, inside, level }: Marking, marks: Int32Array): boolean {
  const ends = endsOf(runs);
  const imageHeight = runs.height;
  const [left, top, width] = cells;
  const side = 2 ** level;
  const firstRow = inside[1];
  const pastRow = inside[1] + inside[3];
  const firstPosition = inside[0] * imageHeight;
  const past = (inside[0] + inside[2]) * imageHeight;
  let isAnyMarked = false;
  let index = runAt(ends, firstPosition);
  if ((index & 1) === 0) index++;
  for (; index < ends.length; index += 2) {
    let position = Math.max(ends[index - 1] as number, firstPosition);
    if (position >= past) break;
    const end = Math.min(ends[index] as number, past);
    while (position < end) {
      const x = Math.floor(position / imageHeight);
      const columnStart = x * imageHeight;
      const stretchEnd = Math.min(end, columnStart + imageHeight);
      const from = Math.max(position - columnStart, firstRow);
      const to = Math.min(stretchEnd - columnStart, pastRow);
      position = stretchEnd;
      if (from >= to) continue;
      isAnyMarked = true;
      const first = from >> level;
      const last = (to - 1) >> level;
      const at = (first - top) * width + (x >> level) - left;
      if (first === last) {
        marks[at] = (marks[at] as number) + to - from;
        marks[at + width] = (marks[at + width] as number) - (to - from);
        continue;
      }
      const inFirst = (first + 1) * side - from;
      const inLast = to - last * side;
      const bottom = at + (last - first) * width;
      marks[at] = (marks[at] as number) + inFirst;
      marks[at + width] = (marks[at + width] as number) + side - inFirst;
      marks[bottom] = (marks[bottom] as number) + inLast - side;
      marks[bottom + width] = (marks[bottom + width] as number) - inLast;
    }
  }
  return isAnyMarked;
}
