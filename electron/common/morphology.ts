import { type Box, growBox } from './geometry.ts';
import { invert } from './mask-algebra.ts';
import { boxOf, fullRuns, isEmptyMask, isPixelSet, startRuns, type Runs } from './runs.ts';
import { stretchesOf, type Stretches } from './stretches.ts';

/**
 * Growing, shrinking and smoothing by a disk: the pixels at most `radius` away, centre to centre, in plain
 * Euclidean distance (fractions allowed: 1.5 takes the eight neighbours). All three go column by column, which is
 * how runs lie: a stretch of the mask reaches a known stretch of each column nearby, and what several of them make of
 * a column is written as runs at once. No bitmap is made.
 * O(runs x columns of the disk + pixels of the box).
 */

/** Every pixel within `radius` of the mask. */
export function growMask(runs: Runs, radius: number): Runs {
  if (radius < 1 || isEmptyMask(runs)) return runs;
  const box = growBox(boxOf(runs), Math.floor(radius), runs);
  return reachOf({ runs, box, radius }, { isReached: true });
}

/**
 * Only pixels farther than `radius` from the background. What lies outside the image is no background, so
 * a mask cut by the image's border does not draw back from it.
 */
export function shrinkMask(runs: Runs, radius: number): Runs {
  if (radius < 1 || isEmptyMask(runs)) return runs;
  return reachOf({ runs: invert(runs), box: boxOf(runs), radius }, { isReached: false });
}

/**
 * Corners, spikes and cracks evened out: a pixel is set when more than half of its disk is. An exact half leaves
 * it as it was.
 */
export function smoothMask(runs: Runs, radius: number): Runs {
  if (radius < 1 || isEmptyMask(runs)) return runs;
  const job = { runs, box: growBox(boxOf(runs), Math.floor(radius), runs), radius };
  const [left, top, width, height] = job.box;
  const bendColumn = diskSlopes(job);
  const wholeOf = wholeDisks(job);
  const bends = new Int32Array(height);
  const writer = startRuns(runs, runs.counts.length + 2 * width);
  for (let x = left; x < left + width; x++) {
    const whole = wholeOf(x);
    const origin = x * runs.height + top;
    writer.runTo(origin, 0);
    let isSet = 0;
    let { slope, count } = bendColumn(x, bends);
    for (let row = 0; row < height; row++) {
      slope += bends[row] as number;
      bends[row] = 0;
      count += slope;
      const surplus = 2 * count - (whole[row] as number);
      const now = surplus > 0 || (surplus === 0 && isPixelSet(runs, x, top + row)) ? 1 : 0;
      if (now === isSet) continue;
      writer.runTo(origin + row, isSet);
      isSet = now;
    }
    writer.runTo(origin + height, isSet);
  }
  return writer.finish();
}

interface DiskJob {
  readonly runs: Runs;
  readonly box: Box;
  readonly radius: number;
}

/** The pixels of the box that lie within the radius of the mask, or those that do not. */
function reachOf({ runs, box, radius }: DiskJob, { isReached }: { readonly isReached: boolean }): Runs {
  const [left, top, width, height] = box;
  const stretches = stretchesOf(runs);
  const columnStarts = columnStartsOf(stretches, runs.width);
  const { reach, halfHeights } = diskColumns(radius);
  const unreached = isReached ? 0 : 1;
  // How many stretches more reach a row than the row above it.
  const marks = new Int32Array(height + 1);
  const writer = startRuns(runs, runs.counts.length + 2 * width);
  for (let x = left; x < left + width; x++) {
    const origin = x * runs.height + top;
    const lastColumn = Math.min(runs.width - 1, x + reach);
    for (let column = Math.max(0, x - reach); column <= lastColumn; column++) {
      const half = halfHeights[column - x + reach] as number;
      const offset = column * runs.height + top;
      const past = columnStarts[column + 1] as number;
      for (let index = columnStarts[column] as number; index < past; index++) {
        const from = Math.max(0, (stretches.starts[index] as number) - half - offset);
        const to = Math.min(height, (stretches.ends[index] as number) + half - offset);
        if (from >= to) continue;
        marks[from] = (marks[from] as number) + 1;
        marks[to] = (marks[to] as number) - 1;
      }
    }
    writer.runTo(origin, 0);
    let reaching = 0;
    let isSet = unreached;
    for (let row = 0; row < height; row++) {
      const change = marks[row] as number;
      if (change === 0) continue;
      marks[row] = 0;
      reaching += change;
      const now = reaching > 0 ? 1 - unreached : unreached;
      if (now === isSet) continue;
      writer.runTo(origin + row, isSet);
      isSet = now;
    }
    marks[height] = 0;
    writer.runTo(origin + height, isSet);
  }
  return writer.finish();
}

/** The disk as columns: how far each reaches up and down from the middle row. */
function diskColumns(radius: number): { readonly reach: number; readonly halfHeights: readonly number[] } {
  const reach = Math.floor(radius);
  const halfHeights = Array.from({ length: 2 * reach + 1 }, (_, index) =>
    Math.floor(Math.sqrt(radius ** 2 - (index - reach) ** 2)),
  );
  return { reach, halfHeights };
}

/** How many pixels the disk around each pixel of a column has inside the image: the same for all columns far from its sides. */
function wholeDisks(job: DiskJob): (x: number) => Int32Array {
  const reach = Math.floor(job.radius);
  const bendColumn = diskSlopes({ ...job, runs: fullRuns(job.runs) });
  const whole = new Int32Array(job.box[3]);
  let [knownBefore, knownAfter] = [-1, -1];
  return (x) => {
    const before = Math.min(x, reach);
    const after = Math.min(job.runs.width - 1 - x, reach);
    if (before === knownBefore && after === knownAfter) return whole;
    [knownBefore, knownAfter] = [before, after];
    let { slope, count } = bendColumn(x, whole.fill(0));
    for (let row = 0; row < whole.length; row++) {
      slope += whole[row] as number;
      count += slope;
      whole[row] = count;
    }
    return whole;
  };
}

interface Ramp {
  readonly slope: number;
  readonly count: number;
}

/**
 * For counting the set pixels of the disk around each pixel of a column of the box. Going down the column, a stretch
 * of the mask adds a ramp up, a level and a ramp down; it is written as its four changes of slope, and two
 * running sums turn all slopes into counts.
 *
 * @returns adds a column's changes of slope to `bends` (one per row, all 0 before) and says where both sums begin
 */
function diskSlopes({ runs, box, radius }: DiskJob): (x: number, bends: Int32Array) => Ramp {
  const stretches = stretchesOf(runs);
  const columnStarts = columnStartsOf(stretches, runs.width);
  const { reach, halfHeights } = diskColumns(radius);
  const [, top, , height] = box;
  return (x, bends) => {
    let count = 0;
    let slope = 0;
    const bend = (at: number, by: number): void => {
      if (at >= height) return;
      if (at >= 0) bends[at] = (bends[at] as number) + by;
      else {
        // Bent above the box: what it has added up to at the row before the first.
        slope += by;
        count -= by * at;
      }
    };
    const lastColumn = Math.min(runs.width - 1, x + reach);
    for (let column = Math.max(0, x - reach); column <= lastColumn; column++) {
      const half = halfHeights[column - x + reach] as number;
      const offset = column * runs.height + top;
      const past = columnStarts[column + 1] as number;
      for (let index = columnStarts[column] as number; index < past; index++) {
        const start = (stretches.starts[index] as number) - offset;
        const end = (stretches.ends[index] as number) - offset;
        bend(start - half, 1);
        bend(end - half, -1);
        bend(start + half + 1, -1);
        bend(end + half + 1, 1);
      }
    }
    return { slope, count };
  };
}

/** Index of the first stretch of each column, and one past the last. */
function columnStartsOf({ columns }: Stretches, width: number): Uint32Array {
  const starts = new Uint32Array(width + 1);
  for (const column of columns) starts[column + 1] = (starts[column + 1] as number) + 1;
  for (let column = 0; column < width; column++) {
    starts[column + 1] = (starts[column + 1] as number) + (starts[column] as number);
  }
  return starts;
}
