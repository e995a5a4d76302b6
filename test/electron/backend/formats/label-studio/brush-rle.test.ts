import { expect, test } from 'vitest';
import { decodeBrush, encodeBrush } from '../../../../../electron/backend/formats/label-studio/brush-rle.ts';
import { seededRandom } from '../../../../helpers/seeded-random.ts';

// Written by label-studio-sdk's converter/brush.py (FORMATS.md section 8).
const golden: readonly (readonly [string, readonly number[], readonly number[]])[] = [
  ['2 x 3', [0, 1, 1, 0, 0, 1], [0, 0, 0, 24, 57, 27, 252, 96, 19, 255, 206, 1, 31, 248]],
  ['4 x 5 empty', Array.from({ length: 20 }, () => 0), [0, 0, 0, 80, 57, 27, 254, 79, 0, 0]],
  ['4 x 5 full', Array.from({ length: 20 }, () => 1), [0, 0, 0, 80, 57, 27, 254, 79, 255, 0]],
];

test.each(golden)("what Label Studio's own encoder wrote is read: %s", (_name, mask, bytes) => {
  expect([...decodeBrush(bytes, mask.length)]).toEqual(mask);
});

test('any mask comes back, also with runs longer than a count can say', () => {
  const random = seededRandom(5);
  for (const pixels of [1, 7, 64, 5000, 100_000]) {
    let value = 0;
    const mask = Uint8Array.from({ length: pixels }, () => (value = random() < 0.001 ? 1 - value : value));
    expect([...decodeBrush(encodeBrush(mask), pixels)]).toEqual([...mask]);
  }
});

test.each([
  [[]],
  [[0, 0, 0, 24]],
  [[0, 0, 0, 20, 57, 27, 252, 96, 19, 255, 206, 1, 31, 248]],
  [[0, 0, 0, 24, 57, 27, 252, 96, 19]],
])('a damaged brush is refused: %j', (bytes) => {
  expect(() => decodeBrush(bytes, 6)).toThrow(/brush/u);
});
