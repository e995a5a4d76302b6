/**
 * Number formats for weights, each with its exact inverse: what dequantise gives is what the runtime computes with.
 * Pure functions on typed arrays; a matrix is [rows, columns] row-major, one row per output, as checkpoints store linear layers.
 */
import { halfToFloat } from './checkpoint/numbers.ts';

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
export function quantiseBlocks(weights: Float32Array, { rows, columns }: MatrixSize, bits: BlockBits): QuantisedBlocks & LossSums {
  const blocks = Math.ceil(columns / blockSize);
  const middle = 2 ** (bits - 1);
  const values = new Uint8Array(rows * blocks * blockValueBytes(bits));
  const scales = new Float32Array(rows * blocks);
  const rounded = new Uint8Array(blockSize);
  let [error, energy] = [0, 0];
  for (let block = 0; block < rows * blocks; block++) {
    const row = Math.floor(block / blocks);
    const first = row * columns + (block - row * blocks) * blockSize;
    const end = Math.min(first + blockSize, (row + 1) * columns);
    const scale = Math.fround(largestMagnitude(weights, first, end) / -middle);
    scales[block] = scale;
    rounded.fill(middle);
    const factor = scale === 0 ? 0 : 1 / scale;
    for (let index = first; index < end; index++) {
      const weight = weights[index] ?? 0;
      const value = Math.min(2 * middle - 1, Math.floor(weight * factor + middle + 0.5));
      rounded[index - first] = value;
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
  for (let pair = 0; pair < blockSize / 2; pair++) values[start + pair] = (rounded[2 * pair] ?? 0) | ((rounded[2 * pair + 1] ?? 0) << 4);
}

/** The element of largest magnitude, with its sign. */
function largestMagnitude(weights: Float32Array, first: number, end: number): number {
  let largest = 0;
  for (let index = first; index < end; index++) {
    const weight = weights[index] ?? 0;
    if (Math.abs(weight) > Math.abs(largest)) largest = weight;
  }
  return largest;
}

export function dequantiseBlocks({ values, scales }: QuantisedBlocks, { rows, columns }: MatrixSize, bits: BlockBits): Float32Array {
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

const floatScratch = new Float32Array(1);
const bitScratch = new Uint32Array(floatScratch.buffer);

/** The nearest half-precision number's bits, ties to even. Numbers beyond 65504 become the largest finite half. */
export function floatToHalf(value: number): number {
  floatScratch[0] = value;
  const bits = bitScratch[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7bff; // beyond the largest half, infinity included
  if (magnitude < 0x38800000) return sign | roundToEven(Math.abs(value) * 2 ** 24); // below 2^-14: steps of 2^-24
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

export function quantiseHalf(weights: Float32Array): Uint16Array {
  return Uint16Array.from(weights, floatToHalf);
}

export function dequantiseHalf(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, halfToFloat);
}

export function lossSums(weights: Float32Array, restored: Float32Array): LossSums {
  let error = 0;
  let energy = 0;
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] ?? 0;
    error += (weight - (restored[index] ?? 0)) ** 2;
    energy += weight ** 2;
  }
  return { error, energy };
}

export function relativeRms({ error, energy }: LossSums): number {
  return energy === 0 ? 0 : Math.sqrt(error / energy);
}
