import { growBox, type BitmapCrop } from './bitmap.ts';
import type { Box } from './document.ts';
import { decodeRegion, encodeCrop } from './mask-region.ts';
import { boxOf, fullRuns, isEmptyMask, type Runs } from './runs.ts';
import { stretchesOf, type Stretches } from './stretches.ts';

/**
 * Growing, shrinking and smoothing by a disk: the pixels at most `radius` away, centre to centre, in plain
 * Euclidean distance (fractions allowed: 1.5 takes the eight neighbours). All three ask how many pixels of the
 * disk around a pixel are set, and how many there are inside the image.
 * O(runs x columns of the disk + pixels of the box).
 */

/** Every pixel within `radius` of the mask. */
export function growMask(runs: Runs, radius: number): Runs {
  if (radius < 1 || isEmptyMask(runs)) return runs;
  const box = growBox(boxOf(runs), Math.floor(radius), runs);
  return encodeCrop(
    applyDisk({ runs, box, radius }, (count) => count > 0),
    runs,
  );
}

/**
 * Only pixels farther than `radius` from the background. What lies outside the image is no background, so
 * a mask cut by the image's border does not draw back from it.
 */
export function shrinkMask(runs: Runs, radius: number): Runs {
  if (radius < 1 || isEmptyMask(runs)) return runs;
  return encodeCrop(
    applyDisk({ runs, box: boxOf(runs), radius }, (count, whole) => count === whole),
    runs,
  );
}

/**
 * Corners, spikes and cracks evened out: a pixel is set when more than half of its disk is. An exact half leaves
 * it as it was.
 */
export function smoothMask(runs: Runs, radius: number): Runs {
  if (radius < 1 || isEmptyMask(runs)) return runs;
  const box = growBox(boxOf(runs), Math.floor(radius), runs);
  return encodeCrop(
    applyDisk({ runs, box, radius }, (count, whole, was) =>
      2 * count === whole ? was === 1 : 2 * count > whole,
    ),
    runs,
  );
}

interface DiskJob {
  readonly runs: Runs;
  readonly box: Box;
  readonly radius: number;
}

type DiskRule = (count: number, whole: number, was: number) => boolean;

function applyDisk(job: DiskJob, isKept: DiskRule): BitmapCrop {
  const [left, top, width, height] = job.box;
  const data = decodeRegion(job.runs, job.box);
  const countColumn = diskCounter(job);
  const countWhole = diskCounter({ ...job, runs: fullRuns(job.runs) });
  const counts = new Int32Array(height);
  const whole = new Int32Array(height);
  for (let column = 0; column < width; column++) {
    countColumn(left + column, counts);
    countWhole(left + column, whole);
    for (let row = 0, at = column; row < height; row++, at += width) {
      data[at] = isKept(counts[row] as number, whole[row] as number, data[at] as number) ? 1 : 0;
    }
  }
  return { box: [left, top, width, height], data };
}

/**
 * Counts the set pixels of the disk around each pixel of a column of the box. Going down the column, a stretch of
 * the mask adds a ramp up, a level and a ramp down; it is written as its four changes of slope, and two
 * running sums turn all slopes into counts.
 */
function diskCounter({ runs, box, radius }: DiskJob): (x: number, counts: Int32Array) => void {
  const stretches = stretchesOf(runs);
  const columnStarts = columnStartsOf(stretches, runs.width);
  const reach = Math.floor(radius);
  const halfHeights = Array.from({ length: 2 * reach + 1 }, (_, index) =>
    Math.floor(Math.sqrt(radius ** 2 - (index - reach) ** 2)),
  );
  const [, top, , height] = box;
  return (x, counts) => {
    counts.fill(0);
    let value = 0;
    let slope = 0;
    const bend = (row: number, by: number): void => {
      const at = row - top;
      if (at >= height) return;
      if (at >= 0) counts[at] = (counts[at] as number) + by;
      else {
        // Bent above the box: what it has added up to at the row before the first.
        slope += by;
        value -= by * at;
      }
    };
    const firstColumn = Math.max(0, x - reach);
    const lastColumn = Math.min(runs.width - 1, x + reach);
    for (let column = firstColumn; column <= lastColumn; column++) {
      const half = halfHeights[column - x + reach] as number;
      const past = columnStarts[column + 1] as number;
      for (let index = columnStarts[column] as number; index < past; index++) {
        const start = (stretches.starts[index] as number) - column * runs.height;
        const end = (stretches.ends[index] as number) - column * runs.height;
        bend(start - half, 1);
        bend(end - half, -1);
        bend(start + half + 1, -1);
        bend(end + half + 1, 1);
      }
    }
    for (let row = 0; row < height; row++) {
      slope += counts[row] as number;
      value += slope;
      counts[row] = value;
    }
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
