import { isEmptyMask, type Runs } from './runs.ts';

/** A mask cut into vertical stretches that never leave their column, in pixel order. */
export interface Stretches {
  /** Pixel position of the first pixel, and of the one after the last. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly columns: Uint32Array;
}

export function stretchesOf(runs: Runs): Stretches {
  const capacity = runs.counts.length + (isEmptyMask(runs) ? 0 : runs.width);
  const starts = new Uint32Array(capacity);
  const ends = new Uint32Array(capacity);
  const columns = new Uint32Array(capacity);
  let length = 0;
  let position = 0;
  for (let index = 0; index < runs.counts.length; index++) {
    const end = position + (runs.counts[index] as number);
    while (index & 1 && position < end) {
      const column = Math.floor(position / runs.height);
      starts[length] = position;
      position = Math.min(end, (column + 1) * runs.height);
      ends[length] = position;
      columns[length++] = column;
    }
    position = end;
  }
  return {
    starts: starts.subarray(0, length),
    ends: ends.subarray(0, length),
    columns: columns.subarray(0, length),
  };
}
