import { describe, expect, test } from 'vitest';
import { halfToFloat } from '../../native-models/half-floats.ts';
import {
  allFinite,
  blockSize,
  blockValueBytes,
  halfOfFloatBits,
  quantiseBlocks,
  quantiseHalf,
  quantiseRows,
  relativeRms,
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

describe.each([4, 8] as const)('blocks of %d bits', (bits) => {
  test('hold the documented arithmetic: one value at a time gives the same bytes', () => {
    for (const size of sizes) {
      const weights = randomMatrix(bits, size.rows * size.columns);
      const { values, scales } = quantiseBlocks(weights, size, bits);
      const slow = slowBlocks(weights, size, bits);
      expect({ values: [...values], scales: [...scales] }).toEqual({
        values: [...slow.values],
        scales: [...slow.scales],
      });
    }
  });

  test('come back within half a step, and the largest weight of a block exactly to rounding', () => {
    for (const size of sizes) {
      const weights = randomMatrix(100 + bits, size.rows * size.columns);
      const quantised = quantiseBlocks(weights, size, bits);
      const restored = dequantiseBlocks(quantised, size, bits);
      const blocks = Math.ceil(size.columns / blockSize);
      for (const [index, weight] of weights.entries()) {
        const block =
          Math.floor(index / size.columns) * blocks + Math.floor((index % size.columns) / blockSize);
        const step = Math.abs(quantised.scales[block] ?? 0);
        // A whole step for the weights that would need the value just beyond the asymmetric end.
        expect(Math.abs(weight - (restored[index] ?? 0))).toBeLessThanOrEqual(step * 1.0001);
      }
    }
  });

  test('are a fixed point: quantising what comes back changes nothing', () => {
    const size = { rows: 4, columns: 96 };
    const once = dequantiseBlocks(quantiseBlocks(randomMatrix(7, 384), size, bits), size, bits);
    const twice = dequantiseBlocks(quantiseBlocks(once, size, bits), size, bits);
    expect([...twice]).toEqual([...once]);
  });

  test('report the loss that comparing with what comes back gives', () => {
    const size = { rows: 6, columns: 100 };
    const weights = randomMatrix(9, 600);
    const quantised = quantiseBlocks(weights, size, bits);
    const measured = lossSums(weights, dequantiseBlocks(quantised, size, bits));
    expect(relativeRms(quantised)).toBeCloseTo(relativeRms(measured), 6);
  });

  test('keep a block of zeros zero', () => {
    const size = { rows: 1, columns: 40 };
    expect([...dequantiseBlocks(quantiseBlocks(new Float32Array(40), size, bits), size, bits)]).toEqual(
      new Array(40).fill(0),
    );
  });
});

test('four-bit blocks lose about 8.6 percent of Gaussian weights, eight-bit blocks half a percent', () => {
  const random = seededRandom(3);
  const gaussian = Float32Array.from(
    { length: 64 * 1024 },
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
  const size = { rows: 64, columns: 1024 };
  expect(relativeRms(quantiseBlocks(gaussian, size, 4))).toBeCloseTo(0.086, 2);
  expect(relativeRms(quantiseBlocks(gaussian, size, 8))).toBeCloseTo(0.005, 3);
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
  expect(Number.isFinite(quantiseBlocks(Float32Array.of(1, NaN), { rows: 1, columns: 2 }, 4).energy)).toBe(
    false,
  );
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
  bits: 4 | 8,
): { values: Uint8Array; scales: Float32Array } {
  const blocks = Math.ceil(columns / blockSize);
  const middle = 2 ** (bits - 1);
  const values: number[] = [];
  const scales: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let block = 0; block < blocks; block++) {
      const end = Math.min((block + 1) * blockSize, columns);
      const numbers = [...weights.subarray(row * columns + block * blockSize, row * columns + end)];
      const largest = numbers.reduce(
        (best, number) => (Math.abs(number) > Math.abs(best) ? number : best),
        0,
      );
      const scale = Math.fround(largest / -middle) + 0;
      scales.push(scale);
      const steps = Array.from({ length: blockSize }, (_, index) =>
        scale === 0
          ? middle
          : Math.min(2 * middle - 1, Math.floor((numbers[index] ?? 0) * (1 / scale) + middle + 0.5)),
      );
      for (let index = 0; index < blockValueBytes(bits); index++)
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
