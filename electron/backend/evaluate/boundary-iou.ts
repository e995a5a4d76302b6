import { differenceOf, intersectionOf, iouOf } from '../../common/mask-algebra.ts';
import { isEmptyMask, startRuns, type Runs } from '../../common/runs.ts';
import { stretchesOf } from '../../common/stretches.ts';

/** Width of the boundary as a share of the image's diagonal. */
const boundaryShare = 0.02;

/**
 * IoU of the two masks' inner boundaries: the pixels of a mask within d of its edge, d = max(1, round(0.02 x diagonal)), by a square of side 2d + 1; the image's
 * border is an edge too. Two empty masks give 0.
 * Source: Cheng et al., Boundary IoU, CVPR 2021 (mask_to_boundary of its published code: erosion by a 3 x 3 square d times, border of zeros)
 */
export function boundaryIouOf(a: Runs, b: Runs): number {
  const distance = Math.max(1, roundHalfToEven(boundaryShare * Math.hypot(a.width, a.height)));
  return iouOf(boundaryOf(a, distance), boundaryOf(b, distance), { crowd: false });
}

/** Python's round(), which the published code uses. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The mask's pixels that an erosion by a square of side 2 x distance + 1 takes away. */
function boundaryOf(mask: Runs, distance: number): Runs {
  return differenceOf(mask, erodeBySquare(mask, distance));
}

/** A square is a column of pixels, then a row of them: erosion goes one way, then the other. */
function erodeBySquare(mask: Runs, distance: number): Runs {
  if (isEmptyMask(mask)) return mask;
  return erodeAcross(erodeAlongColumns(mask, distance), distance);
}

/** Each stretch of a column shortened at both ends. */
function erodeAlongColumns(mask: Runs, distance: number): Runs {
  const { starts, ends } = stretchesOf(mask);
  const writer = startRuns(mask, mask.counts.length);
  for (let index = 0; index < starts.length; index++) {
    const start = (starts[index] as number) + distance;
    const end = (ends[index] as number) - distance;
    if (start >= end) continue;
    writer.runTo(start, 0);
    writer.runTo(end, 1);
  }
  return writer.finish();
}

/** What is set in a column and in every one up to `distance` beside it: shifts doubled, so that the work grows with the distance's logarithm. */
function erodeAcross(mask: Runs, distance: number): Runs {
  const side = 2 * distance + 1;
  let kept = mask; // what is set in `reach` columns from here on
  let reach = 1;
  while (reach < side) {
    const step = Math.min(reach, side - reach);
    kept = intersectionOf(kept, shiftedLeft(kept, step));
    reach += step;
  }
  return shiftedRight(kept, distance);
}

/** Columns that come in from outside the image are empty. */
function shiftedLeft(mask: Runs, columns: number): Runs {
  return shifted(mask, -columns);
}

function shiftedRight(mask: Runs, columns: number): Runs {
  return shifted(mask, columns);
}

function shifted(mask: Runs, columns: number): Runs {
  const { starts, ends } = stretchesOf(mask);
  const offset = columns * mask.height;
  const pixels = mask.width * mask.height;
  const writer = startRuns(mask, mask.counts.length);
  for (let index = 0; index < starts.length; index++) {
    const start = Math.max(0, (starts[index] as number) + offset);
    const end = Math.min(pixels, (ends[index] as number) + offset);
    if (start >= end) continue;
    writer.runTo(start, 0);
    writer.runTo(end, 1);
  }
  return writer.finish();
}
