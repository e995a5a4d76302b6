import { setImmediate } from 'node:timers/promises';

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

/**
 * left [rows, inner] times right [inner, columns], summed in 64-bit floats. Lets other work run between rows: the largest product of a
 * published checkpoint takes many seconds.
 */
export async function matrixProduct(
  left: Float32Array,
  right: Float32Array,
  { rows, inner, columns }: { rows: number; inner: number; columns: number },
): Promise<Float32Array> {
  const result = new Float32Array(rows * columns);
  const sums = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    sums.fill(0);
    for (let k = 0; k < inner; k++) {
      const factor = left[row * inner + k] ?? 0;
      const start = k * columns;
      for (let column = 0; column < columns; column++)
        sums[column] = (sums[column] ?? 0) + factor * (right[start + column] ?? 0);
    }
    result.set(sums, row * columns);
    await setImmediate();
  }
  return result;
}
