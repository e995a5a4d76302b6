import { expect, test } from 'vitest';
import { decodeHalfFloats, encodeHalfFloats } from '../../native-models/half-floats.ts';
import { seededRandom } from '../helpers/seeded-random.ts';

test('every half float survives a round trip', () => {
  const halves = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
  const back = encodeHalfFloats(decodeHalfFloats(halves));
  const isNotANumber = (bits: number) => (bits & 0x7fff) > 0x7c00;
  const wrong = halves.filter((bits, index) => !isNotANumber(bits) && back[index] !== bits);
  expect([...wrong]).toEqual([]);
  expect(Number.isNaN(decodeHalfFloats(encodeHalfFloats(Float32Array.of(Number.NaN)))[0])).toBe(true);
});

/** The readable twin: the nearest of all half floats, the even one of two that are as near. */
function nearestHalf(value: number, ascending: readonly { bits: number; value: number }[]): number {
  let low = 0;
  let high = ascending.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (ascending[middle]!.value <= value) low = middle;
    else high = middle;
  }
  const [below, above] = [ascending[low]!, ascending[high]!];
  const [down, up] = [value - below.value, above.value - value];
  if (down === up) return below.bits % 2 === 0 ? below.bits : above.bits;
  return down < up ? below.bits : above.bits;
}

test('is read exactly: zeros, subnormals, the largest, infinity, not a number', () => {
  const halves = Uint16Array.of(0x0000, 0x8000, 0x03ff, 0x7bff, 0x7c00, 0xfc00, 0x7e00);
  expect([...decodeHalfFloats(halves)]).toEqual([
    0,
    -0,
    1023 * 2 ** -24,
    65504,
    Infinity,
    -Infinity,
    Number.NaN,
  ]);
});

test('rounds to the nearest half float, ties to even', () => {
  const positive = Uint16Array.from({ length: 0x7c00 }, (_, bits) => bits);
  const values = decodeHalfFloats(positive);
  const ascending = [...positive].map((bits, index) => ({ bits, value: values[index]! }));
  const random = seededRandom(3);
  const tries = Float32Array.from({ length: 20_000 }, () => random() * 2 ** (random() * 44 - 28));
  const halfway = Float32Array.from(
    { length: 500 },
    (_, index) => (values[index * 60]! + values[index * 60 + 1]!) / 2,
  );
  for (const value of [...tries, ...halfway]) {
    if (value >= 65_504) continue;
    expect(encodeHalfFloats(Float32Array.of(value))[0]).toBe(nearestHalf(value, ascending));
    expect(encodeHalfFloats(Float32Array.of(-value))[0]).toBe(nearestHalf(value, ascending) | 0x8000);
  }
});

test('a logit keeps its side of zero', () => {
  const tiny = Float32Array.of(1e-7, -1e-7, 0.001, -0.001);
  expect([...decodeHalfFloats(encodeHalfFloats(tiny))].map(Math.sign)).toEqual([1, -1, 1, -1]);
});
