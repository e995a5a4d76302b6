/**
 * Number formats for weights. Their exact inverses, which are what the runtime computes with, stand beside the tests.
 * Pure functions on typed arrays; a matrix is [rows, columns] row-major, one row per output, as checkpoints store linear layers.
 */
import { halfValues } from './half-floats.ts';

export type BlockBits = 4 | 8;

/** How a matrix is rounded in blocks; `block` columns share a scale. Which one when, and what it costs: README.md. */
export type BlockForm = { readonly bits: BlockBits; readonly block: 32 | 64 };

export type QuantisedBlocks = {
  /** u8 [rows, blocks, block * bits / 8]; two 4-bit values a byte, the first in the low half. */
  readonly values: Uint8Array;
  /** f32 [rows * blocks]. */
  readonly scales: Float32Array;
};

/** Sums from which the relative error of many matrices can be put together. Not finite when a weight is not. */
export type LossSums = { readonly error: number; readonly energy: number };

export type MatrixSize = { readonly rows: number; readonly columns: number };

/** Bytes of one block's values. */
export function blockValueBytes({ bits, block }: BlockForm): number {
  return (block * bits) / 8;
}

/**
 * Rounds a matrix to `bits` per weight, one scale per row and block: w = (value - middle) * scale. The last block of a row is filled up with zeros.
 * The scale makes the element of largest magnitude, sign included, the lowest value, which is representable exactly and uses the one value
 * a symmetric range wastes. Blocks of 64 with 4 bits take a smaller scale where that loses less (`betterScale`).
 */
export function quantiseBlocks(
  weights: Float32Array,
  { rows, columns }: MatrixSize,
  form: BlockForm,
): QuantisedBlocks & LossSums {
  const { bits, block: width } = form;
  const blocks = Math.ceil(columns / width);
  const bytes = blockValueBytes(form);
  const values = new Uint8Array(rows * blocks * bytes);
  const scales = new Float32Array(rows * blocks);
  const whole = withBits(weights);
  const padded = withBits(new Float32Array(width));
  const loss = { error: 0, energy: 0 };
  const lowest = -(2 ** (bits - 1));
  const roundBlock = bits === 4 ? roundBlock4 : roundBlock8;
  const isSearched = bits === 4 && width === 64;
  for (let row = 0; row < rows; row++) {
    for (let block = 0; block < blocks; block++) {
      const first = row * columns + block * width;
      const isWhole = (block + 1) * width <= columns;
      if (!isWhole) padded.numbers.fill(0).set(weights.subarray(first, (row + 1) * columns));
      const source = isWhole ? whole : padded;
      const from = isWhole ? first : 0;
      const exact = Math.fround(largestMagnitude(source, from, from + width) / lowest) + 0; // never -0
      const scale =
        isSearched && exact !== 0 ? betterScale(source.numbers, { from, width, scale: exact }) : exact;
      const at = row * blocks + block;
      scales[at] = scale;
      roundBlock(source.numbers, { from, width, scale, values, to: at * bytes }, loss);
    }
  }
  return { values, scales, ...loss };
}

type ScaledBlock = { readonly from: number; readonly width: number; readonly scale: number };

/** The share of the exact scale from which a better one is looked for: where blocks of 64 numbers from a bell curve lose least. */
const startOfSearch = 0.92;

/**
 * The scale of least squared error of two: the one given, which makes the largest number of a block exact, and the one that fits the rounded values best after
 * rounding with a little less, at which the largest is cut off and all others are finer.
 */
function betterScale(weights: Float32Array, { from, width, scale }: ScaledBlock): number {
  const start = 1 / (scale * startOfSearch);
  let [product, square] = [0, 0];
  for (let index = from; index < from + width; index++) {
    const weight = weights[index] ?? 0;
    const value = nearestOf16(weight * start) - 8;
    product += value * weight;
    square += value * value;
  }
  const fitted = Math.fround(product / square);
  const [exactFactor, fittedFactor] = [1 / scale, 1 / fitted];
  let [exactError, fittedError] = [0, 0];
  for (let index = from; index < from + width; index++) {
    const weight = weights[index] ?? 0;
    const missExact = weight - (nearestOf16(weight * exactFactor) - 8) * scale;
    const missFitted = weight - (nearestOf16(weight * fittedFactor) - 8) * fitted;
    exactError += missExact * missExact;
    fittedError += missFitted * missFitted;
  }
  return fittedError < exactError ? fitted : scale;
}

/** The nearest of the values 0 to 15 that stand for steps from -8 to 7. Adding half and cutting rounds to the nearest, as the sum is never below -1. */
function nearestOf16(steps: number): number {
  const value = (steps + 8.5) | 0;
  return value > 15 ? 15 : value < 0 ? 0 : value;
}

type Block = ScaledBlock & {
  readonly values: Uint8Array;
  readonly to: number;
};

/** Rounds one block to 4 bits. */
function roundBlock4(
  weights: Float32Array,
  { from, width, scale, values, to }: Block,
  loss: { error: number; energy: number },
): void {
  const factor = scale === 0 ? 0 : 1 / scale;
  let [error, energy] = [0, 0];
  for (let index = 0; index < width; index += 2) {
    const even = weights[from + index] ?? 0;
    const odd = weights[from + index + 1] ?? 0;
    const low = nearestOf16(even * factor);
    const high = nearestOf16(odd * factor);
    values[to + index / 2] = low | (high << 4);
    const missEven = even - (low - 8) * scale;
    const missOdd = odd - (high - 8) * scale;
    error += missEven * missEven + missOdd * missOdd;
    energy += even * even + odd * odd;
  }
  loss.error += error;
  loss.energy += energy;
}

/** Rounds one block to 8 bits. */
function roundBlock8(
  weights: Float32Array,
  { from, width, scale, values, to }: Block,
  loss: { error: number; energy: number },
): void {
  const factor = scale === 0 ? 0 : 1 / scale;
  let [error, energy] = [0, 0];
  for (let index = 0; index < width; index++) {
    const weight = weights[from + index] ?? 0;
    let value = (weight * factor + 128.5) | 0;
    if (value > 255) value = 255;
    values[to + index] = value;
    const miss = weight - (value - 128) * scale;
    error += miss * miss;
    energy += weight * weight;
  }
  loss.error += error;
  loss.energy += energy;
}

/**
 * The first element of largest magnitude, with its sign; a NaN counts as the largest. Floats of one sign are ordered like their bits, and
 * comparing those needs no branch: half the time of comparing the floats.
 */
function largestMagnitude({ numbers, bits }: NumbersWithBits, first: number, end: number): number {
  let largest = 0;
  let at = first;
  for (let index = first; index < end; index++) {
    const magnitude = (bits[index] ?? 0) & 0x7fffffff;
    at = magnitude > largest ? index : at;
    largest = magnitude > largest ? magnitude : largest;
  }
  return numbers[at] ?? 0;
}

type NumbersWithBits = { readonly numbers: Float32Array; readonly bits: Uint32Array };

/** The same memory as floats and as their bits. */
function withBits(numbers: Float32Array): NumbersWithBits {
  return { numbers, bits: new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length) };
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
  const source = withBits(weights);
  let [error, energy] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const [first, end] = [row * columns, (row + 1) * columns];
    const scale = Math.fround(Math.abs(largestMagnitude(source, first, end)) / 127);
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
  const { bits } = withBits(weights);
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
