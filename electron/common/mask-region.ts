import type { BitmapCrop } from './bitmap.ts';
import { type Box, type ImagePoint, type Size, intersectBoxes } from './geometry.ts';
import { type FoundChanges, runsOfColumns, sortIntoColumns } from './column-changes.ts';
import { assert } from './errors.ts';
import { boxOf, checkSize, emptyRuns, endsOf, isEmptyMask, runAt, startRuns, type Runs } from './runs.ts';

/**
 * A rectangle of the mask as row-major pixels. The box may reach over the image's border: those pixels are 0.
 * O(box + runs inside its columns): the runs are found by binary search.
 *
 * @returns u8 [box height, box width], each 0 or 1
 */
export function decodeRegion(runs: Runs, box: Box): Uint8Array {
  const [, , width, height] = box;
  const out = new Uint8Array(width * height);
  const inside = intersectBoxes(box, [0, 0, runs.width, runs.height]);
  if (inside[2] === 0 || isEmptyMask(runs)) return out;
  // First only the places where a column changes, then a running exclusive-or down the rows: both passes
  // touch memory in order, which filling each column in turn would not.
  for (const [start, end] of foregroundIn(runs, inside[0], inside[0] + inside[2])) {
    markColumnRuns({ out, box, inside, start, end, columnHeight: runs.height });
  }
  accumulateRows(out, width);
  return out;
}

/** Foreground runs that touch columns [from, to), cut to them, as pixel positions. */
function* foregroundIn(runs: Runs, from: number, to: number): Generator<[number, number]> {
  const ends = endsOf(runs);
  const first = from * runs.height;
  const past = to * runs.height;
  let index = runAt(ends, first);
  if ((index & 1) === 0) index++;
  for (; index < ends.length; index += 2) {
    const start = Math.max(ends[index - 1] as number, first);
    if (start >= past) return;
    yield [start, Math.min(ends[index] as number, past)];
  }
}

interface Marking {
  readonly out: Uint8Array;
  readonly box: Box;
  readonly inside: Box;
  readonly start: number;
  readonly end: number;
  readonly columnHeight: number;
}

/** Flips the first row of each column's stretch and the row after its last one. */
function markColumnRuns({ out, box, inside, start, end, columnHeight }: Marking): void {
  const [left, top, width, height] = box;
  const firstRow = inside[1];
  const pastRow = inside[1] + inside[3];
  let position = start;
  while (position < end) {
    const column = Math.floor(position / columnHeight);
    const columnStart = column * columnHeight;
    const columnEnd = Math.min(end, columnStart + columnHeight);
    const rowStart = Math.max(position - columnStart, firstRow);
    const rowEnd = Math.min(columnEnd - columnStart, pastRow);
    if (rowStart < rowEnd) {
      const at = (rowStart - top) * width + column - left;
      out[at] = (out[at] as number) ^ 1;
      const past = (rowEnd - top) * width + column - left;
      if (rowEnd - top < height) out[past] = (out[past] as number) ^ 1;
    }
    position = columnEnd;
  }
}

function accumulateRows(out: Uint8Array, width: number): void {
  // Four pixels at a time where rows keep the alignment.
  const step = width % 4 === 0 ? width / 4 : width;
  const cells = width % 4 === 0 ? new Uint32Array(out.buffer, out.byteOffset, out.length / 4) : out;
  for (let index = step; index < cells.length; index++) {
    cells[index] = (cells[index] as number) ^ (cells[index - step] as number);
  }
}

/**
 * The mask whose set pixels are those of the crop; what of the crop lies outside the image is left out.
 * O(box + runs of the result).
 */
export function encodeCrop(crop: BitmapCrop, size: Size): Runs {
  checkSize(size);
  const [left, top, width, height] = crop.box;
  assert(crop.data.length === width * height, 'a crop has the pixels of its box');
  const inside = intersectBoxes(crop.box, [0, 0, size.width, size.height]);
  if (inside[2] === 0) return emptyRuns(size);
  const view = { data: crop.data, stride: width, x: inside[0] - left, y: inside[1] - top, box: inside };
  return runsOfColumns(sortIntoColumns(changesByRow(view), inside[2]), inside, size);
}

interface CropView {
  readonly data: Uint8Array;
  readonly stride: number;
  readonly x: number;
  readonly y: number;
  readonly box: Box;
}

/** Where a pixel differs from the one above it (or is set in the first row), row by row. */
function changesByRow(view: CropView): FoundChanges {
  const { data, stride, x, y } = view;
  const [, , width, height] = view.box;
  const columns: number[] = [];
  const rows: number[] = [];
  const first = y * stride + x;
  for (let column = 0; column < width; column++) {
    if (data[first + column] !== 0) {
      columns.push(column);
      rows.push(0);
    }
  }
  // Four pixels at a time where rows are whole words: most rows equal the row above, and those words are skipped.
  const isWordwise = (stride & 3) === 0 && (data.byteOffset & 3) === 0;
  const words = isWordwise ? new Uint32Array(data.buffer, data.byteOffset, data.length >> 2) : null;
  for (let row = 1; row < height; row++) {
    const start = first + row * stride;
    const end = start + width;
    for (let at = start; at < end; at++) {
      if (words !== null && (at & 3) === 0) {
        at = 4 * firstDifference(words, { from: at >> 2, to: end >> 2, step: stride >> 2 });
        if (at >= end) break;
      }
      if (data[at] === data[at - stride]) continue;
      columns.push(at - start);
      rows.push(row);
    }
  }
  return { columns, rows };
}

/** The first word that differs from the one `step` words before it; `to` when none does. */
function firstDifference(
  words: Uint32Array,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
): number {
  let word = from;
  while (word < to && words[word] === words[word - step]) word++;
  return word;
}

/** The mask's own pixels inside its tight box: what an editor works on. O(box + runs). */
export function cropOf(runs: Runs): BitmapCrop {
  const box = boxOf(runs);
  return { box, data: decodeRegion(runs, box) };
}

/** A filled rectangle, cut at the image's border. O(columns). */
export function boxRuns(box: Box, size: Size): Runs {
  const [left, top, width, height] = intersectBoxes(box, [0, 0, size.width, size.height]);
  if (width === 0) return emptyRuns(size);
  const changes = {
    starts: Uint32Array.from({ length: width + 1 }, (_, column) => column),
    rows: new Uint32Array(width),
  };
  return runsOfColumns(changes, [left, top, width, height], size);
}

/**
 * The mask moved by whole pixels onto an image of `size` (its own by default); what leaves the image is cut.
 * O(runs + columns).
 */
export function moveMask(runs: Runs, by: ImagePoint, size: Size = runs): Runs {
  const box = boxOf(runs);
  if (box[2] === 0) return emptyRuns(size);
  const writer = startRuns(size, runs.counts.length + 2 * box[2]);
  for (const [start, end] of foregroundIn(runs, 0, runs.width)) {
    for (let position = start; position < end; ) {
      const column = Math.floor(position / runs.height);
      const columnEnd = Math.min(end, (column + 1) * runs.height);
      const x = column + by.x;
      const top = Math.max(0, position - column * runs.height + by.y);
      const bottom = Math.min(size.height, columnEnd - column * runs.height + by.y);
      if (x >= 0 && x < size.width && top < bottom) {
        writer.runTo(x * size.height + top, 0);
        writer.runTo(x * size.height + bottom, 1);
      }
      position = columnEnd;
    }
  }
  return writer.finish();
}
