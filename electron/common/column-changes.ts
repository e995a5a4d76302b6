import type { Box, Size } from './geometry.ts';
import { type Runs, startRuns } from './runs.ts';

/** Where, going down each column of a box, the mask's value changes: what runs are made of. */
export interface ColumnChanges {
  /** Where column c's rows begin in `rows`; one more entry than columns. */
  readonly starts: Uint32Array;
  /** Rows (of the box) at which the column's value changes, beginning from background, downwards. */
  readonly rows: Uint32Array;
}

/** Changes as they are found going along the rows: a pixel that differs from the one above it. Rows never go back. */
export interface FoundChanges {
  readonly columns: readonly number[];
  readonly rows: readonly number[];
}

/** A counting sort: walking down columns in the first place would miss the cache at every step. */
export function sortIntoColumns({ columns, rows: foundRows }: FoundChanges, width: number): ColumnChanges {
  const starts = new Uint32Array(width + 1);
  for (let index = 0; index < columns.length; index++) {
    const after = (columns[index] as number) + 1;
    starts[after] = (starts[after] as number) + 1;
  }
  for (let column = 0; column < width; column++) {
    starts[column + 1] = (starts[column + 1] as number) + (starts[column] as number);
  }
  const rows = new Uint32Array(columns.length);
  const next = starts.slice(0, width);
  for (let index = 0; index < rows.length; index++) {
    const column = columns[index] as number;
    const slot = next[column] as number;
    rows[slot] = foundRows[index] as number;
    next[column] = slot + 1;
  }
  return { starts, rows };
}

/** The mask that is set inside `box` where its columns' changes say so. */
export function runsOfColumns({ starts, rows }: ColumnChanges, box: Box, size: Size): Runs {
  const [left, top, width, height] = box;
  // A column that ends set is closed at the box's bottom: one change more.
  const writer = startRuns(size, rows.length + width);
  for (let column = 0; column < width; column++) {
    const origin = (left + column) * size.height + top;
    const from = starts[column] as number;
    const to = starts[column + 1] as number;
    for (let index = from; index < to; index++)
      writer.runTo(origin + (rows[index] as number), (index - from) & 1);
    if ((to - from) & 1) writer.runTo(origin + height, 1);
  }
  return writer.finish();
}
