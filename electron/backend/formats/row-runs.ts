/** Run lengths along the rows, as CVAT writes the inside of a box: background first, which may be none. */

/** @param data u8 [height, width], 0 or 1 */
export function rowRunsOf(data: Uint8Array): number[] {
  const runs: number[] = [];
  let [value, length] = [0, 0];
  for (const pixel of data) {
    if ((pixel === 0 ? 0 : 1) === value) length++;
    else {
      runs.push(length);
      [value, length] = [1 - value, 1];
    }
  }
  return [...runs, length];
}

/** @returns u8 [pixels], 0 or 1; null when the runs do not fill it exactly */
export function pixelsOfRowRuns(runs: readonly number[], pixels: number): Uint8Array | null {
  const data = new Uint8Array(pixels);
  let at = 0;
  for (const [index, run] of runs.entries()) {
    if (!Number.isInteger(run) || run < 0 || at + run > pixels) return null;
    if (index % 2 === 1) data.fill(1, at, at + run);
    at += run;
  }
  return at === pixels ? data : null;
}
