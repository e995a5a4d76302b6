/**
 * SAM's random Fourier position encoding of every cell of a square picture.
 *
 * @param gaussian  f32 [2, width / 2], the frequencies of x and of y (random when the model was made, so read from the checkpoint)
 * @param cells     column and row of each position, in the order wanted
 * @returns f32 [cells, width]: sines, then cosines
 * Source: segment-anything PositionEmbeddingRandom
 */
export function densePositions(gaussian: Float32Array, side: number, cells: Iterable<Cell>): Float32Array {
  const half = gaussian.length / 2;
  const rows: number[] = [];
  for (const { column, row } of cells) {
    const x = 2 * ((column + 0.5) / side) - 1;
    const y = 2 * ((row + 0.5) / side) - 1;
    const angles = Array.from(
      { length: half },
      (_, index) => 2 * Math.PI * (x * (gaussian[index] ?? 0) + y * (gaussian[half + index] ?? 0)),
    );
    rows.push(...angles.map(Math.sin), ...angles.map(Math.cos));
  }
  return Float32Array.from(rows);
}

export type Cell = { readonly column: number; readonly row: number };

/** Cells of a square, row by row. */
export function* cellsRowMajor(side: number): Generator<Cell> {
  for (let row = 0; row < side; row++) for (let column = 0; column < side; column++) yield { column, row };
}

/** Cells of a square of twice the side, patch by patch: the 2x2 cells of a patch follow one another. */
export function* cellsByPatch(grid: number): Generator<Cell> {
  for (const patch of cellsRowMajor(grid)) {
    for (const inner of cellsRowMajor(2))
      yield { column: 2 * patch.column + inner.column, row: 2 * patch.row + inner.row };
  }
}
