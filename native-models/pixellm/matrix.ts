import { setImmediate } from 'node:timers/promises';

/** [rows, columns] to [columns, rows], both row-major. */
export function transposed<Numbers extends Float32Array | Int8Array>(matrix: Numbers, rows: number, columns: number): Numbers {
  const result = matrix.slice();
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = matrix[row * columns + column] ?? 0;
  }
  // slice() of a typed array is one of the same kind.
  return result as Numbers;
}

/**
 * left [rows, inner] times right [inner, columns], summed in 64-bit floats. Lets other work run between rows: the largest product of a
 * published checkpoint takes many seconds.
 */
export async function matrixProduct(left: Float32Array, right: Float32Array, { rows, inner, columns }: { rows: number; inner: number; columns: number }): Promise<Float32Array> {
  const result = new Float32Array(rows * columns);
  const sums = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    sums.fill(0);
    for (let k = 0; k < inner; k++) {
      const factor = left[row * inner + k] ?? 0;
      const start = k * columns;
      for (let column = 0; column < columns; column++) sums[column] = (sums[column] ?? 0) + factor * (right[start + column] ?? 0);
    }
    result.set(sums, row * columns);
    await setImmediate();
  }
  return result;
}
