import { expect, test } from 'vitest';
import {
  differenceOf,
  exclusiveOf,
  intersectionOf,
  invert,
  iouOf,
  sharedAreaOf,
  unionOf,
  unionOfAll,
} from '../../../electron/common/mask-algebra.ts';
import { boxRuns } from '../../../electron/common/mask-region.ts';
import { areaOf, boxOf, emptyRuns, fullRuns, isPixelSet, isSameMask } from '../../../electron/common/runs.ts';
import {
  randomBitmap,
  randomBitmaps,
  runsOfBitmap,
  slowBox,
  slowMap,
  slowPixel,
} from '../../helpers/masks.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

test('set operations agree with a pixel by pixel twin', () => {
  const random = seededRandom(3);
  for (let round = 0; round < 250; round++) {
    const size = { width: randomInteger(random, 1, 20), height: randomInteger(random, 1, 20) };
    const a = randomBitmap(random, size, round % 5);
    const b = randomBitmap(random, size, randomInteger(random, 0, 5));
    const [runsA, runsB] = [runsOfBitmap(a), runsOfBitmap(b)];
    const expectRule = (runs: typeof runsA, rule: (inA: number, inB: number) => number): void => {
      const slow = slowMap(size, (x, y) => rule(slowPixel(a, x, y), slowPixel(b, x, y)));
      expect(runs).toEqual(runsOfBitmap(slow));
    };
    expectRule(unionOf(runsA, runsB), (inA, inB) => inA | inB);
    expectRule(intersectionOf(runsA, runsB), (inA, inB) => inA & inB);
    expectRule(differenceOf(runsA, runsB), (inA, inB) => inA & (1 - inB));
    expectRule(exclusiveOf(runsA, runsB), (inA, inB) => inA ^ inB);
    expectRule(invert(runsA), (inA) => 1 - inA);
    const shared = a.data.reduce((sum, value, index) => sum + (value & (b.data[index] as number)), 0);
    const either = a.data.reduce((sum, value, index) => sum + (value | (b.data[index] as number)), 0);
    expect(sharedAreaOf(runsA, runsB)).toBe(shared);
    expect(iouOf(runsA, runsB)).toBe(either === 0 ? 0 : shared / either);
  }
});

test('area, box and single pixels agree with a pixel by pixel twin', () => {
  for (const bitmap of randomBitmaps({ seed: 5, count: 250 })) {
    const runs = runsOfBitmap(bitmap);
    expect(areaOf(runs)).toBe(bitmap.data.reduce((sum, value) => sum + value, 0));
    expect(boxOf(runs)).toEqual(slowBox(bitmap));
    for (let y = -1; y <= bitmap.height; y++) {
      for (let x = -1; x <= bitmap.width; x++)
        expect(isPixelSet(runs, x, y)).toBe(slowPixel(bitmap, x, y) === 1);
    }
  }
});

test('IoU as pycocotools gives it: 4/14 for two 3 x 3 squares one step apart, 4/9 for a crowd, 0 for two empty masks', () => {
  const size = { width: 6, height: 5 };
  const first = boxRuns([0, 0, 3, 3], size);
  const second = boxRuns([1, 1, 3, 3], size);
  expect(iouOf(first, second)).toBeCloseTo(4 / 14, 12);
  expect(iouOf(first, second, { crowd: true })).toBeCloseTo(4 / 9, 12);
  expect(iouOf(emptyRuns(size), emptyRuns(size))).toBe(0);
});

test('the union of many masks is the union one after the other', () => {
  const random = seededRandom(9);
  const size = { width: 17, height: 13 };
  const masks = Array.from({ length: 9 }, (_, index) => runsOfBitmap(randomBitmap(random, size, index % 5)));
  const inTurn = masks.reduce((sum, mask) => unionOf(sum, mask), emptyRuns(size));
  expect(isSameMask(unionOfAll(masks, size), inTurn)).toBe(true);
  expect(unionOfAll([], size)).toEqual(emptyRuns(size));
});

test('masks of different images are not mixed', () => {
  const code = expect.objectContaining({ code: 'mask-size-mismatch' });
  expect(() => unionOf(emptyRuns({ width: 3, height: 2 }), emptyRuns({ width: 2, height: 3 }))).toThrow(code);
  expect(() => iouOf(fullRuns({ width: 3, height: 2 }), fullRuns({ width: 6, height: 1 }))).toThrow(code);
});

test('an image without pixels has one empty mask', () => {
  const none = { width: 0, height: 5 };
  expect(invert(emptyRuns(none))).toEqual(emptyRuns(none));
  expect(fullRuns(none)).toEqual(emptyRuns(none));
  expect(areaOf(unionOf(emptyRuns(none), fullRuns(none)))).toBe(0);
});
