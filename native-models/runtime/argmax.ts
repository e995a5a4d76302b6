/** Index of the largest value, the first of equals. */
export function argmax(values: Float32Array): number {
  let best = 0;
  let largest = values[0] ?? Number.NaN;
  for (let index = 1; index < values.length; index++) {
    const value = values[index] ?? Number.NaN;
    if (value > largest) {
      largest = value;
      best = index;
    }
  }
  return best;
}
