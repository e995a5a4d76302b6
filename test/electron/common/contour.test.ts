import { expect, test } from 'vitest';
import { fillCocoPolygons } from '../../../electron/common/coco-polygon.ts';
import { componentsOf } from '../../../electron/common/components.ts';
import { contoursOf, signedArea } from '../../../electron/common/contour.ts';
import { fillContours, fillRings } from '../../../electron/common/polygon-fill.ts';
import { areaOf, emptyRuns, fullRuns } from '../../../electron/common/runs.ts';
import { simplifyMask } from '../../../electron/common/simplify-ring.ts';
import { bitmapOf, randomBitmaps, runsOfBitmap, slowMap } from '../../helpers/masks.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

test('a mask becomes lines and the lines become the same mask, with either connectivity', () => {
  for (const bitmap of randomBitmaps({ seed: 31, count: 300 })) {
    const runs = runsOfBitmap(bitmap);
    for (const connectivity of [4, 8] as const) {
      const contours = contoursOf(runs, connectivity);
      expect(fillContours(contours, bitmap)).toEqual(runs);
      expect(contours.length).toBe(componentsOf(runs, connectivity).length);
    }
  }
});

test('outer lines run clockwise, holes the other way, and their areas add up to the mask', () => {
  for (const bitmap of randomBitmaps({ seed: 32, count: 100 })) {
    const runs = runsOfBitmap(bitmap);
    let area = 0;
    for (const { outer, holes } of contoursOf(runs)) {
      expect(signedArea(outer)).toBeGreaterThan(0);
      for (const hole of holes) expect(signedArea(hole)).toBeLessThan(0);
      area += [outer, ...holes].reduce((sum, ring) => sum + signedArea(ring), 0);
    }
    expect(area).toBe(areaOf(runs));
  }
});

test('lines lie on pixel edges: one pixel is a square of side one, corners only', () => {
  expect(contoursOf(runsOfBitmap(bitmapOf('...', '.#.')))).toEqual([
    { outer: [1, 1, 2, 1, 2, 2, 1, 2], holes: [] },
  ]);
});

test('a ring has one hole, and an island in the hole is a part of its own', () => {
  const ring = bitmapOf('#######', '#.....#', '#.###.#', '#.....#', '#######');
  const [outer, island] = contoursOf(runsOfBitmap(ring));
  expect(outer?.holes).toHaveLength(1);
  expect(island).toEqual({ outer: [2, 2, 5, 2, 5, 3, 2, 3], holes: [] });
});

test('pixels that meet in a corner are two parts with 4-connectivity, one with 8', () => {
  const diagonal = runsOfBitmap(bitmapOf('#.', '.#'));
  expect(contoursOf(diagonal, 4)).toHaveLength(2);
  expect(contoursOf(diagonal, 8)).toHaveLength(1);
});

test('each part without holes fills to itself in a COCO reader too', () => {
  for (const bitmap of randomBitmaps({ seed: 33, count: 100 })) {
    const runs = runsOfBitmap(bitmap);
    const contours = contoursOf(runs);
    if (contours.some(({ holes }) => holes.length > 0)) continue;
    expect(
      fillCocoPolygons(
        contours.map(({ outer }) => outer),
        bitmap,
      ),
    ).toEqual(runs);
  }
});

test('filling takes the pixels whose centre is inside, whatever the lines do', () => {
  const random = seededRandom(34);
  for (let round = 0; round < 300; round++) {
    const size = { width: randomInteger(random, 1, 25), height: randomInteger(random, 1, 25) };
    const rings = Array.from({ length: randomInteger(random, 1, 4) }, () =>
      Array.from({ length: 2 * randomInteger(random, 3, 8) }, () => random() * 40 - 8),
    );
    const slow = slowMap(size, (x, y) => {
      let crossings = 0;
      for (const ring of rings) {
        for (let at = 0; at < ring.length; at += 2) {
          const [x0, y0] = [ring[at] as number, ring[at + 1] as number];
          const [x1, y1] = [ring[(at + 2) % ring.length] as number, ring[(at + 3) % ring.length] as number];
          if (y0 > y + 0.5 === y1 > y + 0.5) continue;
          if (x0 + ((y + 0.5 - y0) * (x1 - x0)) / (y1 - y0) < x + 0.5) crossings++;
        }
      }
      return crossings % 2;
    });
    expect(fillRings(rings, size)).toEqual(runsOfBitmap(slow));
  }
});

test('empty, full and outside', () => {
  const size = { width: 6, height: 4 };
  expect(contoursOf(emptyRuns(size))).toEqual([]);
  expect(contoursOf(fullRuns(size))).toEqual([{ outer: [0, 0, 6, 0, 6, 4, 0, 4], holes: [] }]);
  expect(fillRings([[7, 7, 9, 7, 9, 9]], size)).toEqual(emptyRuns(size));
  expect(fillRings([[1, 1, 1, 3, 1, 2]], size)).toEqual(emptyRuns(size));
  expect(() => fillRings([[1, 1, 2, 2]], size)).toThrow(expect.objectContaining({ code: 'bad-polygon' }));
});

test('simplified lines say what they lost; without tolerance they lose nothing', () => {
  const disk = slowMap({ width: 80, height: 80 }, (x, y) => (x - 40) ** 2 + (y - 40) ** 2 < 900);
  const runs = runsOfBitmap(disk);
  const exact = simplifyMask(runs, 0);
  expect([exact.lostPixels, exact.gainedPixels, exact.iou]).toEqual([0, 0, 1]);
  const coarse = simplifyMask(runs, 1.5);
  expect(coarse.pointsAfter).toBeLessThan(coarse.pointsBefore / 4);
  expect(coarse.iou).toBeGreaterThan(0.93);
  expect(coarse.lostPixels + coarse.gainedPixels).toBeGreaterThan(0);
  expect(areaOf(coarse.mask)).toBe(areaOf(runs) - coarse.lostPixels + coarse.gainedPixels);
});

test('a mask that simplifies to nothing says that all of it was lost', () => {
  const line = simplifyMask(runsOfBitmap(bitmapOf('........', '.######.', '........')), 4);
  expect(line).toMatchObject({ contours: [], lostPixels: 6, iou: 0 });
});
