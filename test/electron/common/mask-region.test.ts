import { expect, test } from 'vitest';
import { imagePoint } from '../../../electron/common/geometry.ts';
import { boxRuns, cropOf, decodeRegion, encodeCrop, moveMask } from '../../../electron/common/mask-region.ts';
import { boxOf, emptyRuns, fullRuns } from '../../../electron/common/runs.ts';
import {
  randomBitmap,
  randomBitmaps,
  randomBox,
  runsOfBitmap,
  slowMap,
  slowPaste,
  slowPixel,
  slowRegion,
} from '../../helpers/masks.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

test('any rectangle decodes like the same rectangle cut out of the whole bitmap, over the border too', () => {
  const random = seededRandom(21);
  for (const bitmap of randomBitmaps({ seed: 20, count: 250 })) {
    const box = randomBox(random, bitmap);
    expect(decodeRegion(runsOfBitmap(bitmap), box)).toEqual(slowRegion(bitmap, box));
  }
});

test('a crop encodes to the mask of its pixels, without those outside the image', () => {
  const random = seededRandom(22);
  for (let round = 0; round < 250; round++) {
    const size = { width: randomInteger(random, 1, 20), height: randomInteger(random, 1, 20) };
    const box = randomBox(random, size);
    const [left, top, width, height] = box;
    const crop = randomBitmap(
      random,
      { width: Math.max(1, width), height: Math.max(1, height) },
      1 + (round % 4),
    );
    const data = crop.data.subarray(0, width * height);
    const whole = slowPaste(
      slowMap(size, () => 0),
      { box: [left, top, width, height], data },
    );
    expect(encodeCrop({ box, data }, size)).toEqual(runsOfBitmap(whole));
  }
});

test('a moved mask keeps its shape and loses what leaves the image', () => {
  const random = seededRandom(25);
  for (const bitmap of randomBitmaps({ seed: 26, count: 250 })) {
    const by = imagePoint({ x: randomInteger(random, -9, 10), y: randomInteger(random, -9, 10) });
    const onto = { width: randomInteger(random, 1, 24), height: randomInteger(random, 1, 24) };
    const slow = slowMap(onto, (x, y) => slowPixel(bitmap, x - by.x, y - by.y));
    expect(moveMask(runsOfBitmap(bitmap), by, onto)).toEqual(runsOfBitmap(slow));
  }
});

test('the crop of a mask is its tight box and pixels', () => {
  for (const bitmap of randomBitmaps({ seed: 27, count: 60 })) {
    const runs = runsOfBitmap(bitmap);
    const crop = cropOf(runs);
    expect(crop.box).toEqual(boxOf(runs));
    expect(encodeCrop(crop, bitmap)).toEqual(runs);
  }
});

test('a rectangle is cut at the border; one that misses the image or has no side is empty', () => {
  const size = { width: 7, height: 5 };
  expect(boxRuns([-3, -3, 100, 100], size)).toEqual(fullRuns(size));
  expect(boxRuns([7, 0, 3, 3], size)).toEqual(emptyRuns(size));
  expect(boxRuns([2, 2, 0, 3], size)).toEqual(emptyRuns(size));
  expect(boxRuns([2, 1, 3, 2], size)).toEqual(
    runsOfBitmap(slowMap(size, (x, y) => x >= 2 && x < 5 && y >= 1 && y < 3)),
  );
});
