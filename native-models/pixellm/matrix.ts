/** Side of the tiles a matrix is transposed by: a tile's rows and columns both stay in the cache. */
const tileSide = 32;

/** [rows, columns] to [columns, rows], both row-major. */
export function transposed<Numbers extends Float32Array | Int8Array>(
  matrix: Numbers,
  rows: number,
  columns: number,
): Numbers {
  const result = matrix.slice();
  for (let top = 0; top < rows; top += tileSide) {
    for (let left = 0; left < columns; left += tileSide) {
      const [bottom, right] = [Math.min(top + tileSide, rows), Math.min(left + tileSide, columns)];
      for (let column = left; column < right; column++) {
        for (let row = top; row < bottom; row++)
          result[column * rows + row] = matrix[row * columns + column] ?? 0;
      }
    }
  }
  // slice() of a typed array is one of the same kind.
  return result as Numbers;
}

/** Rows of the result that are summed together at most: the right side is read once for all of them. */
const mostRowsAtOnce = 8;
/** Multiplications after which others get their turn: some tenth of a second of them. */
const multiplicationsAtOnce = 2 ** 27;

/** Rows of a product that are computed without a pause. */
export function rowsAtOnce({ inner, columns }: { inner: number; columns: number }): number {
  return Math.max(1, Math.min(mostRowsAtOnce, Math.floor(multiplicationsAtOnce / (inner * columns))));
}

/**
 * left [rows, inner] times right [inner, columns], summed in 64-bit floats, some rows at a time: the largest product of a published
 * checkpoint takes many seconds, in which other work has to get its turn and cancelling has to work.
 */
export function* matrixProduct(
  left: Float32Array,
  right: Float32Array,
  { rows, inner, columns }: { rows: number; inner: number; columns: number },
): Generator<Float32Array> {
  const step = rowsAtOnce({ inner, columns });
  const sums = new Float64Array(step * columns);
  for (let top = 0; top < rows; top += step) {
    const count = Math.min(step, rows - top);
    sums.fill(0);
    for (let k = 0; k < inner; k += 4) {
      for (let row = 0; row < count; row++)
        addFourRows(sums, { at: row * columns, right, columns, k, left, from: (top + row) * inner, inner });
    }
    yield Float32Array.from(sums.subarray(0, count * columns));
  }
}

/** Adds four rows of the right side, each times its factor: the sums are loaded and stored once instead of four times. */
function addFourRows(
  sums: Float64Array,
  step: {
    readonly at: number;
    readonly right: Float32Array;
    readonly columns: number;
    readonly k: number;
    readonly left: Float32Array;
    readonly from: number;
    readonly inner: number;
  },
): void {
  const { at, right, columns, k, left, from, inner } = step;
  const factor = (ahead: number): number => (k + ahead < inner ? (left[from + k + ahead] ?? 0) : 0);
  const [a, b, c, d] = [factor(0), factor(1), factor(2), factor(3)];
  const start = k * columns;
  for (let column = 0; column < columns; column++) {
    const place = start + column;
    sums[at + column] =
      (sums[at + column] ?? 0) +
      a * (right[place] ?? 0) +
      b * (right[place + columns] ?? 0) +
      c * (right[place + 2 * columns] ?? 0) +
      d * (right[place + 3 * columns] ?? 0);
  }
}
