/**
 * Number formats for weights, each with its exact inverse: what dequantise gives is what the runtime computes with.
 * Pure functions on typed arrays; a matrix is [rows, columns] row-major, one row per output, as checkpoints store linear layers.
 */
import { halfToFloat, halfValues } from './checkpoint/numbers.ts';

/** Columns that share a scale. RUNTIME measurements: 32 loses least, and larger blocks gain at most a fifth in speed. */
export const blockSize = 32;

export type BlockBits = 4 | 8;

export type QuantisedBlocks = {
  /** u8 [rows, blocks, blockSize * bits / 8]; two 4-bit values a byte, the first in the low half. */
  readonly values: Uint8Array;
  /** f32 [rows * blocks]. */
  readonly scales: Float32Array;
};

/** Sums from which the relative error of many matrices can be put together. Not finite when a weight is not. */
export type LossSums = { readonly error: number; readonly energy: number };

export type MatrixSize = { readonly rows: number; readonly columns: number };

/** Bytes of one block's values. */
export function blockValueBytes(bits: BlockBits): number {
  return (blockSize * bits) / 8;
}

/**
 * Rounds a matrix to `bits` per weight, one scale per row and block: w = (value - middle) * scale. The last block of a row is filled up with zeros.
 * The scale makes the element of largest magnitude, sign included, the lowest value, which is representable exactly and uses the one value
 * a symmetric range wastes.
 */
export function quantiseBlocks(
  weights: Float32Array,
  { rows, columns }: MatrixSize,
  bits: BlockBits,
): QuantisedBlocks & LossSums {
  const blocks = Math.ceil(columns / blockSize);
  const middle = 2 ** (bits - 1);
  const values = new Uint8Array(rows * blocks * blockValueBytes(bits));
  const scales = new Float32Array(rows * blocks);
  const rounded = new Uint8Array(blockSize);
  let [error, energy] = [0, 0];
  for (let block = 0; block < rows * blocks; block++) {
    const row = Math.floor(block / blocks);
    const first = row * columns + (block - row * blocks) * blockSize;
    const length = Math.min(blockSize, (row + 1) * columns - first);
    const scale = Math.fround(largestMagnitude(weights, first, first + length) / -middle) + 0; // never -0
    const factor = scale === 0 ? 0 : 1 / scale;
    scales[block] = scale;
    if (length < blockSize) rounded.fill(middle);
    for (let index = 0; index < length; index++) {
      const weight = weights[first + index] ?? 0;
      // Adding half and cutting rounds to the nearest; the sum is never negative.
      let value = (weight * factor + middle + 0.5) | 0;
      if (value > 2 * middle - 1) value = 2 * middle - 1;
      rounded[index] = value;
      const miss = weight - (value - middle) * scale;
      error += miss * miss;
      energy += weight * weight;
    }
    pack(rounded, values, block * blockValueBytes(bits), bits);
  }
  return { values, scales, error, energy };
}

function pack(rounded: Uint8Array, values: Uint8Array, start: number, bits: BlockBits): void {
  if (bits === 8) return values.set(rounded, start);
  for (let pair = 0; pair < blockSize / 2; pair++)
    values[start + pair] = (rounded[2 * pair] ?? 0) | ((rounded[2 * pair + 1] ?? 0) << 4);
}

/** The element of largest magnitude, with its sign. */
function largestMagnitude(weights: Float32Array, first: number, end: number): number {
  let [highest, lowest] = [0, 0];
  for (let index = first; index < end; index++) {
    const weight = weights[index] ?? 0;
    if (weight > highest) highest = weight;
    else if (weight < lowest) lowest = weight;
  }
  return highest >= -lowest ? highest : lowest;
}

export function dequantiseBlocks(
  { values, scales }: QuantisedBlocks,
  { rows, columns }: MatrixSize,
  bits: BlockBits,
): Float32Array {
  const blocks = Math.ceil(columns / blockSize);
  const middle = 2 ** (bits - 1);
  return Float32Array.from({ length: rows * columns }, (_, index) => {
    const column = index % columns;
    const block = Math.floor(index / columns) * blocks + Math.floor(column / blockSize);
    const at = block * blockSize + (column % blockSize);
    const value = bits === 8 ? (values[at] ?? 0) : ((values[at >> 1] ?? 0) >> (4 * (at & 1))) & 0x0f;
    return (value - middle) * (scales[block] ?? 0);
  });
}

export type QuantisedRows = {
  /** i8 [rows, columns]. */
  readonly values: Int8Array;
  /** f32 [rows]. */
  readonly scales: Float32Array;
};

/** Rounds a matrix to 8 bits, one scale per row: w = value * scale with values from -127 to 127. */
export function quantiseRows(weights: Float32Array, { rows, columns }: MatrixSize): QuantisedRows & LossSums {
  const values = new Int8Array(rows * columns);
  const scales = new Float32Array(rows);
  let [error, energy] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const [first, end] = [row * columns, (row + 1) * columns];
    const scale = Math.fround(Math.abs(largestMagnitude(weights, first, end)) / 127);
    scales[row] = scale;
    const factor = scale === 0 ? 0 : 1 / scale;
    for (let index = first; index < end; index++) {
      const weight = weights[index] ?? 0;
      const value = Math.floor(weight * factor + 0.5);
      values[index] = value;
      const miss = weight - value * scale;
      error += miss * miss;
      energy += weight * weight;
    }
  }
  return { values, scales, error, energy };
}

export function dequantiseRows({ values, scales }: QuantisedRows, { columns }: MatrixSize): Float32Array {
  return Float32Array.from(values, (value, index) => value * (scales[Math.floor(index / columns)] ?? 0));
}

const smallestNormalHalf = 0x38800000; // 2^-14 as the bits of a 32-bit float
const beyondLargestHalf = 0x477ff000; // from here on rounding would give infinity
const infinity = 0x7f800000;

/** The nearest half-precision number to a 32-bit float, both as bits; ties to even. Numbers beyond 65504 become the largest finite half. */
export function halfOfFloatBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= smallestNormalHalf && magnitude < beyondLargestHalf) {
    return sign | ((magnitude + 0xfff + ((magnitude >>> 13) & 1) - 0x38000000) >>> 13);
  }
  if (magnitude > infinity) return sign | 0x7e00;
  if (magnitude >= beyondLargestHalf) return sign | 0x7bff;
  // Below 2^-14 halves are multiples of 2^-24: shift the mantissa, hidden bit included, to that place.
  const shift = 126 - (magnitude >>> 23);
  if (shift > 24) return sign;
  const mantissa = (magnitude & 0x7fffff) | 0x800000;
  const floor = mantissa >>> shift;
  const rest = mantissa - floor * 2 ** shift;
  const half = 2 ** (shift - 1);
  return sign | (rest > half || (rest === half && (floor & 1) === 1) ? floor + 1 : floor);
}

export function quantiseHalf(weights: Float32Array): { readonly halves: Uint16Array } & LossSums {
  const bits = new Uint32Array(weights.buffer, weights.byteOffset, weights.length);
  const values = halfValues();
  const halves = new Uint16Array(weights.length);
  let [error, energy] = [0, 0];
  for (let index = 0; index < weights.length; index++) {
    const half = halfOfFloatBits(bits[index] ?? 0);
    halves[index] = half;
    const weight = weights[index] ?? 0;
    const miss = weight - (values[half] ?? 0);
    error += miss * miss;
    energy += weight * weight;
  }
  return { halves, error, energy };
}

export function dequantiseHalf(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, halfToFloat);
}

/** False when any number is infinite or not a number. */
export function allFinite(numbers: Float32Array): boolean {
  // x - x is 0 for every finite number and NaN otherwise, and NaN stays: one pass without a branch.
  let sum = 0;
  for (let index = 0; index < numbers.length; index++) {
    const number = numbers[index] ?? 0;
    sum += number - number;
  }
  return sum === 0;
}

export function relativeRms({ error, energy }: LossSums): number {
  return energy === 0 ? 0 : Math.sqrt(error / energy);
}
