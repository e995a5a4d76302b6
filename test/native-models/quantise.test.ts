import { describe, expect, test } from 'vitest';
import { halfToFloat } from '../../native-models/half-floats.ts';
import {
  allFinite,
  blockValueBytes,
  halfOfFloatBits,
  quantiseBlocks,
  quantiseHalf,
  quantiseRows,
  relativeRms,
  type BlockForm,
  type LossSums,
} from '../../native-models/quantise.ts';
import { dequantiseBlocks, dequantiseHalf, dequantiseRows } from '../helpers/dequantise.ts';
import { seededRandom } from '../helpers/seeded-random.ts';

function randomMatrix(seed: number, count: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count }, () => (random() - 0.5) * 2 ** Math.round(8 * random() - 6));
}

const sizes = [
  { rows: 1, columns: 32 },
  { rows: 3, columns: 64 },
  { rows: 5, columns: 176 },
  { rows: 2, columns: 31 },
  { rows: 4, columns: 33 },
];

/** Blocks whose scale makes the largest number exact, and one whose scale is looked for. */
const forms: readonly (BlockForm & { isSearched: boolean })[] = [
  { bits: 4, block: 32, isSearched: false },
  { bits: 8, block: 32, isSearched: false },
  { bits: 4, block: 64, isSearched: true },
];

describe.each(forms)('blocks of $block numbers with $bits bits', ({ isSearched, ...form }) => {
  const { bits, block: width } = form;

  test('hold the documented arithmetic: one value at a time gives the same bytes', () => {
    for (const size of sizes) {
      const weights = randomMatrix(bits, size.rows * size.columns);
      const { values, scales } = quantiseBlocks(weights, size, form);
      const slow = slowBlocks(weights, size, { ...form, isSearched });
      expect({ values: [...values], scales: [...scales] }).toEqual({
        values: [...slow.values],
        scales: [...slow.scales],
      });
    }
  });

  test('come back within half a step, and those near the ends of the range within a few', () => {
    for (const size of sizes) {
      const weights = randomMatrix(100 + bits, size.rows * size.columns);
      const quantised = quantiseBlocks(weights, size, form);
      const restored = dequantiseBlocks(quantised, size, form);
      const blocks = Math.ceil(size.columns / width);
      for (const [index, weight] of weights.entries()) {
        const block = Math.floor(index / size.columns) * blocks + Math.floor((index % size.columns) / width);
        const step = Math.abs(quantised.scales[block] ?? 0);
        const [lowest, highest] = [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
        const ideal = weight / (quantised.scales[block] ?? 0);
        // Beyond the ends of the range: of the asymmetric end a whole step, and where the scale is looked for what cutting off the largest costs.
        const isBeyond = ideal > highest + 0.5 || ideal < lowest - 0.5;
        const steps = isBeyond ? (isSearched ? 3 : 1) : 0.5;
        expect(Math.abs(weight - (restored[index] ?? 0))).toBeLessThanOrEqual(step * steps * 1.0001);
      }
    }
  });

  test.skipIf(isSearched)('are a fixed point: quantising what comes back changes nothing', () => {
    const size = { rows: 4, columns: 96 };
    const once = dequantiseBlocks(quantiseBlocks(randomMatrix(7, 384), size, form), size, form);
    const twice = dequantiseBlocks(quantiseBlocks(once, size, form), size, form);
    expect([...twice]).toEqual([...once]);
  });

  test('report the loss that comparing with what comes back gives', () => {
    const size = { rows: 6, columns: 100 };
    const weights = randomMatrix(9, 600);
    const quantised = quantiseBlocks(weights, size, form);
    const measured = lossSums(weights, dequantiseBlocks(quantised, size, form));
    expect(relativeRms(quantised)).toBeCloseTo(relativeRms(measured), 6);
  });

  test('keep a block of zeros zero', () => {
    const size = { rows: 1, columns: 40 };
    expect([...dequantiseBlocks(quantiseBlocks(new Float32Array(40), size, form), size, form)]).toEqual(
      new Array(40).fill(0),
    );
  });
});

test('four-bit blocks lose about 8.6 percent of Gaussian weights, wide ones 9.1, eight-bit blocks half a percent', () => {
  const random = seededRandom(3);
  const gaussian = Float32Array.from(
    { length: 64 * 1024 },
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
  const size = { rows: 64, columns: 1024 };
  const loss = (bits: 4 | 8, block: 32 | 64): number =>
    relativeRms(quantiseBlocks(gaussian, size, { bits, block }));
  expect(loss(4, 32)).toBeCloseTo(0.086, 3);
  expect(loss(4, 64)).toBeCloseTo(0.091, 3); // 9.5 with the scale that makes the largest number exact
  expect(loss(8, 32)).toBeCloseTo(0.005, 3);
});

test('rows of bytes come back within half a step and report their loss', () => {
  for (const size of sizes) {
    const weights = randomMatrix(21, size.rows * size.columns);
    const quantised = quantiseRows(weights, size);
    const restored = dequantiseRows(quantised, size);
    for (const [index, weight] of weights.entries()) {
      const step = quantised.scales[Math.floor(index / size.columns)] ?? 0;
      expect(Math.abs(weight - (restored[index] ?? 0))).toBeLessThanOrEqual(step * 0.5001);
    }
    expect(relativeRms(quantised)).toBeCloseTo(relativeRms(lossSums(weights, restored)), 6);
  }
});

test('every half comes back from its float as the same half', () => {
  const finite = Array.from({ length: 0x10000 }, (_, bits) => bits).filter(
    (bits) => (bits & 0x7c00) !== 0x7c00,
  );
  expect(finite.filter((bits) => halfOfFloatBits(floatBits(halfToFloat(bits))) !== bits)).toEqual([]);
});

test('a float becomes the nearest half, ties to even, as trying both neighbours says', () => {
  const random = seededRandom(13);
  const wrong: number[] = [];
  for (let round = 0; round < 20_000; round++) {
    const value = Math.fround((random() - 0.5) * 2 ** Math.round(40 * random() - 24));
    if (Math.abs(value) >= 65504) continue;
    const half = halfOfFloatBits(floatBits(value));
    const error = Math.abs(value - halfToFloat(half));
    for (const neighbour of [half - 1, half + 1]) {
      const other = Math.abs(value - halfToFloat(neighbour & 0xffff));
      const isNearest = error < other || (error === other && half % 2 === 0);
      if (Number.isFinite(other) && !isNearest && (neighbour & 0x7fff) !== 0x7fff) wrong.push(value);
    }
  }
  expect(wrong).toEqual([]);
});

test('floats too large for a half become the largest half, not infinity', () => {
  const { halves, error } = quantiseHalf(Float32Array.of(65504, 65520, 1e30, -1e30));
  expect([...dequantiseHalf(halves)]).toEqual([65504, 65504, 65504, -65504]);
  expect(error).toBeGreaterThan(0);
});

test('numbers that are not finite are noticed wherever they are', () => {
  expect(allFinite(Float32Array.of(1, 2, 3e38))).toBe(true);
  for (const bad of [NaN, Infinity, -Infinity]) expect(allFinite(Float32Array.of(0, bad, 1))).toBe(false);
  expect(
    Number.isFinite(
      quantiseBlocks(Float32Array.of(1, NaN), { rows: 1, columns: 2 }, { bits: 4, block: 32 }).energy,
    ),
  ).toBe(false);
});

/** What rounding lost, by comparing. */
function lossSums(weights: Float32Array, restored: Float32Array): LossSums {
  const misses = Array.from(weights, (weight, index) => weight - (restored[index] ?? 0));
  const sumOfSquares = (numbers: Iterable<number>): number =>
    Array.from(numbers).reduce((sum, number) => sum + number * number, 0);
  return { error: sumOfSquares(misses), energy: sumOfSquares(weights) };
}

/** The formula of quantiseBlocks as it is stated, without its shortcuts. */
function slowBlocks(
  weights: Float32Array,
  { rows, columns }: { rows: number; columns: number },
  { bits, block: width, isSearched }: BlockForm & { isSearched: boolean },
): { values: Uint8Array; scales: Float32Array } {
  const blocks = Math.ceil(columns / width);
  const middle = 2 ** (bits - 1);
  const values: number[] = [];
  const scales: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let block = 0; block < blocks; block++) {
      const end = Math.min((block + 1) * width, columns);
      const numbers = [...weights.subarray(row * columns + block * width, row * columns + end)];
      const largest = numbers.reduce(
        (best, number) => (Math.abs(number) > Math.abs(best) ? number : best),
        0,
      );
      const stepsOf = (scale: number): number[] =>
        Array.from({ length: width }, (_, index) =>
          scale === 0
            ? middle
            : Math.max(
                0,
                Math.min(2 * middle - 1, Math.floor((numbers[index] ?? 0) * (1 / scale) + middle + 0.5)),
              ),
        );
      const errorOf = (scale: number): number =>
        stepsOf(scale).reduce(
          (sum, value, index) => sum + ((numbers[index] ?? 0) - (value - middle) * scale) ** 2,
          0,
        );
      const exact = Math.fround(largest / -middle) + 0;
      // Least squares of the numbers over the values they are rounded to with 0.92 of the exact scale.
      const near = stepsOf(exact * 0.92).map((value) => value - middle);
      const fitted = Math.fround(
        near.reduce((sum, value, index) => sum + value * (numbers[index] ?? 0), 0) /
          near.reduce((sum, value) => sum + value * value, 0),
      );
      const scale = isSearched && errorOf(fitted) < errorOf(exact) ? fitted : exact;
      scales.push(scale);
      const steps = stepsOf(scale);
      for (let index = 0; index < blockValueBytes({ bits, block: width }); index++)
        values.push(
          bits === 8 ? (steps[index] ?? 0) : (steps[2 * index] ?? 0) + 16 * (steps[2 * index + 1] ?? 0),
        );
    }
  }
  return { values: Uint8Array.from(values), scales: Float32Array.from(scales) };
}

function floatBits(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
}
