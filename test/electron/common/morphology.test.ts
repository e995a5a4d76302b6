import { expect, test } from 'vitest';
import { growMask, shrinkMask, smoothMask } from '../../../electron/common/morphology.ts';
import { emptyRuns, fullRuns } from '../../../electron/common/runs.ts';
import type { Bitmap } from '../../../electron/common/bitmap.ts';
import { bitmapOf, randomBitmaps, runsOfBitmap, slowMap, slowPixel } from '../../helpers/masks.ts';

/** Set and all pixels of the disk around a pixel, inside the image. */
function slowDisk(bitmap: Bitmap, x: number, y: number, radius: number): { count: number; whole: number } {
  let count = 0;
  let whole = 0;
  for (let row = 0; row < bitmap.height; row++) {
    for (let column = 0; column < bitmap.width; column++) {
      if ((column - x) ** 2 + (row - y) ** 2 > radius ** 2) continue;
      whole++;
      count += slowPixel(bitmap, column, row);
    }
  }
  return { count, whole };
}

test.each([1, 1.5, 2, 3, 5])(
  'grow, shrink and smooth by %d agree with the disk counted pixel by pixel',
  (radius) => {
    for (const bitmap of randomBitmaps({ seed: 51, count: 40, side: 18 })) {
      const runs = runsOfBitmap(bitmap);
      const disk = (x: number, y: number) => slowDisk(bitmap, x, y, radius);
      const grown = slowMap(bitmap, (x, y) => disk(x, y).count > 0);
      const shrunk = slowMap(bitmap, (x, y) => disk(x, y).count === disk(x, y).whole);
      const smooth = slowMap(bitmap, (x, y) => {
        const { count, whole } = disk(x, y);
        return 2 * count === whole ? slowPixel(bitmap, x, y) : 2 * count > whole;
      });
      expect(growMask(runs, radius)).toEqual(runsOfBitmap(grown));
      expect(shrinkMask(runs, radius)).toEqual(runsOfBitmap(shrunk));
      expect(smoothMask(runs, radius)).toEqual(runsOfBitmap(smooth));
    }
  },
);

test('a radius far larger than the image covers it or clears it', () => {
  const dot = runsOfBitmap(bitmapOf('.....', '..#..', '.....'));
  expect(growMask(dot, 500)).toEqual(fullRuns(dot));
  expect(shrinkMask(dot, 500)).toEqual(emptyRuns(dot));
});

test('a mask cut by the border does not draw back from it', () => {
  const full = fullRuns({ width: 6, height: 4 });
  expect(shrinkMask(full, 3)).toEqual(full);
});

test('nothing stays nothing, and a radius under one pixel changes nothing', () => {
  const empty = emptyRuns({ width: 6, height: 4 });
  expect(growMask(empty, 3)).toEqual(empty);
  expect(smoothMask(empty, 3)).toEqual(empty);
  const dot = runsOfBitmap(bitmapOf('...', '.#.', '...'));
  expect(growMask(dot, 0.5)).toEqual(dot);
  expect(shrinkMask(dot, 0)).toEqual(dot);
});
