import { expect, test } from 'vitest';
import { labels } from '../../../../electron/backend/assist/assist-messages.ts';
import {
  enlargeMask,
  reducePicture,
  reduceSeeds,
  reductionFor,
} from '../../../../electron/backend/assist/reduce-picture.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';

test('a picture is reduced no more than needed', () => {
  expect(reductionFor({ width: 700, height: 700 }, 500_000)).toBe(1);
  expect(reductionFor({ width: 7680, height: 4320 }, 500_000)).toBe(9);
  expect(reductionFor({ width: 1, height: 1 }, 500_000)).toBe(1);
});

test('each reduced pixel is the mean of its square, at cut borders too', () => {
  const random = seededRandom(121);
  const [width, height, by] = [7, 5, 3];
  const rgb = Uint8Array.from({ length: width * height * 3 }, () => randomInteger(random, 0, 256));
  const reduced = reducePicture({ width, height, rgb }, by);
  expect([reduced.width, reduced.height]).toEqual([3, 2]);
  for (let y = 0; y < 2; y++) {
    for (let x = 0; x < 3; x++) {
      const values: number[] = [];
      for (let row = y * by; row < Math.min(height, (y + 1) * by); row++) {
        for (let column = x * by; column < Math.min(width, (x + 1) * by); column++)
          values.push(rgb[3 * (row * width + column)] as number);
      }
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(reduced.rgb[3 * (y * 3 + x)]).toBe(Math.round(mean));
    }
  }
});

test('a square is unknown as soon as a pixel of it is', () => {
  const { inside, outside, unknown } = labels;
  const seeds = Uint8Array.of(
    inside,
    inside,
    outside,
    inside,
    unknown,
    outside,
    inside,
    inside,
    outside,
    outside,
    inside,
    outside,
  );
  expect([...reduceSeeds(seeds, { width: 6, height: 2 }, 2)]).toEqual([inside, outside, unknown]);
});

test('an enlarged mask has its edge where the small one has, without steps', () => {
  const width = 10;
  const small = Uint8Array.from({ length: width * width }, (_, at) =>
    at % width >= Math.floor(at / width) ? 1 : 0,
  );
  const large = enlargeMask(small, { width: 40, height: 40 }, 4);
  const area = large.reduce((sum, value) => sum + value, 0);
  expect(Math.abs(area / 1600 - 55 / 100)).toBeLessThan(0.02);
  // A diagonal of squares of 4 pixels would begin only every fourth row in a new column.
  const starts = new Set(
    Array.from({ length: 32 }, (_, row) => large.subarray((row + 4) * 40, (row + 5) * 40).indexOf(1)),
  );
  expect(starts.size).toBeGreaterThan(16);
});
