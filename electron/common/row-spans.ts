import type { Size } from './geometry.ts';
import { runsOfColumns, sortIntoColumns } from './column-changes.ts';
import { type Runs, emptyRuns } from './runs.ts';

/**
 * Pixels collected as horizontal stretches, in any order and overlapping as they come: what a brush paints. The
 * mask is made from the stretches' ends alone, so that the end of a stroke costs what its border is long, not what
 * its box holds.
 */
export class RowSpans {
  readonly #size: Size;
  /** By row: from, past, from, past, ... ascending; stretches that touch are joined. */
  readonly #rows = new Map<number, number[]>();
  #left = 0;
  #right = 0;

  constructor(size: Size) {
    this.#size = size;
  }

  /** Pixels `from` to `past`, the last one excluded; what lies outside the image is left out. */
  add(row: number, from: number, past: number): void {
    const start = Math.max(0, from);
    const end = Math.min(this.#size.width, past);
    if (row < 0 || row >= this.#size.height || start >= end) return;
    const isFirst = this.#rows.size === 0;
    this.#left = isFirst ? start : Math.min(this.#left, start);
    this.#right = isFirst ? end : Math.max(this.#right, end);
    const spans = this.#rows.get(row);
    if (spans === undefined) this.#rows.set(row, [start, end]);
    else join(spans, start, end);
  }

  /** O(length of the border + columns). */
  toRuns(): Runs {
    if (this.#rows.size === 0) return emptyRuns(this.#size);
    const order = [...this.#rows.keys()].sort((a, b) => a - b);
    const top = order[0] as number;
    const bottom = (order.at(-1) as number) + 1;
    const columns: number[] = [];
    const rows: number[] = [];
    let above: readonly number[] = [];
    for (let row = top; row < bottom; row++) {
      const spans = this.#rows.get(row) ?? [];
      noteDifference(above, spans, { columns, rows, left: this.#left, row: row - top });
      above = spans;
    }
    const width = this.#right - this.#left;
    const changes = sortIntoColumns({ columns, rows }, width);
    return runsOfColumns(changes, [this.#left, top, width, bottom - top], this.#size);
  }
}

/** Puts one more stretch into a row's list. */
function join(spans: number[], from: number, past: number): void {
  let first = 0;
  while (first < spans.length && (spans[first + 1] as number) < from) first += 2;
  if (first === spans.length || (spans[first] as number) > past) {
    spans.splice(first, 0, from, past);
    return;
  }
  let last = first;
  while (last + 2 < spans.length && (spans[last + 2] as number) <= past) last += 2;
  spans[first] = Math.min(spans[first] as number, from);
  const end = Math.max(spans[last + 1] as number, past);
  if (last > first) spans.splice(first + 2, last - first);
  spans[first + 1] = end;
}

/** The columns at which two rows differ: between the ends of both, taken together, that do not cancel out. */
function noteDifference(
  above: readonly number[],
  here: readonly number[],
  note: { readonly columns: number[]; readonly rows: number[]; readonly left: number; readonly row: number },
): void {
  let a = 0;
  let b = 0;
  let start = -1;
  while (a < above.length || b < here.length) {
    const next = Math.min(above[a] ?? Infinity, here[b] ?? Infinity);
    let toggles = 0;
    if (above[a] === next) {
      a++;
      toggles++;
    }
    if (here[b] === next) {
      b++;
      toggles++;
    }
    if (toggles === 2) continue;
    if (start < 0) {
      start = next;
      continue;
    }
    for (let column = start; column < next; column++) {
      note.columns.push(column - note.left);
      note.rows.push(note.row);
    }
    start = -1;
  }
}
