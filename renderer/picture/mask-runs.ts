import type { Rle } from '../../electron/common/document/records.ts';
import type { Box } from '../../electron/common/geometry.ts';
import { AppError } from '../../electron/common/errors.ts';
import { rleOf, runsOf } from '../../electron/common/rle.ts';
import { type Runs, emptyRuns } from '../../electron/common/runs.ts';
import { noteOrigin } from './mask-versions.ts';

/**
 * Each record's mask is parsed once: the records keep their identity while they do not change, so the parsed
 * runs hang on the stored mask itself and go when it goes.
 */
const runsByRle = new WeakMap<Rle, Runs>();
const drawnAsNothing = new WeakMap<Rle, Runs>();

/** @throws AppError 'bad-rle' */
export function maskRuns(rle: Rle): Runs {
  const known = runsByRle.get(rle);
  if (known !== undefined) return known;
  const runs = runsOf(rle);
  runsByRle.set(rle, runs);
  return runs;
}

/** For drawing: a damaged mask is nothing, not the end of the picture. Editing it still says what is wrong. */
export function drawableRuns(rle: Rle): Runs {
  const damaged = drawnAsNothing.get(rle);
  if (damaged !== undefined) return damaged;
  try {
    return maskRuns(rle);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    const nothing = emptyRuns({ width: rle.size[1], height: rle.size[0] });
    drawnAsNothing.set(rle, nothing);
    return nothing;
  }
}

/**
 * The stored form of a mask that was just made; drawing it needs no parsing.
 *
 * @param origin the mask it was made from, when there is one: where both are equal nothing is drawn again
 * @param within the box outside which both are surely equal, when it is known
 */
export function storedMask(runs: Runs, origin?: Runs, within?: Box): Rle {
  if (origin !== undefined) noteOrigin(runs, origin, within);
  const rle = rleOf(runs);
  runsByRle.set(rle, runs);
  return rle;
}
