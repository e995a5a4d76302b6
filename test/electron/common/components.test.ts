import { expect, test } from 'vitest';
import { imagePoint } from '../../../electron/common/geometry.ts';
import type { Bitmap } from '../../../electron/common/bitmap.ts';
import {
  componentAt,
  componentsOf,
  fillHoles,
  removeIslands,
  type Connectivity,
} from '../../../electron/common/components.ts';
import { unionOfAll } from '../../../electron/common/mask-algebra.ts';
import { areaOf, emptyRuns, fullRuns } from '../../../electron/common/runs.ts';
import { bitmapOf, drawingOf, randomBitmaps, runsOfBitmap, slowMap, slowPixel } from '../../helpers/masks.ts';
import { decodeRle, rleOf } from '../../../electron/common/rle.ts';

/** Labels by flooding pixel after pixel; 0 where `value` is not found. */
function slowLabels(bitmap: Bitmap, value: number, connectivity: Connectivity): Int32Array {
  const labels = new Int32Array(bitmap.data.length);
  let label = 0;
  for (let x = 0; x < bitmap.width; x++) {
    for (let y = 0; y < bitmap.height; y++) {
      if (slowPixel(bitmap, x, y) !== value || labels[y * bitmap.width + x]) continue;
      label++;
      const open: [number, number][] = [[x, y]];
      for (let next = open.pop(); next; next = open.pop()) {
        const [px, py] = next;
        const isInside = px >= 0 && py >= 0 && px < bitmap.width && py < bitmap.height;
        const at = py * bitmap.width + px;
        if (!isInside || bitmap.data[at] !== value || labels[at]) continue;
        labels[at] = label;
        for (const dx of [-1, 0, 1]) {
          for (const dy of [-1, 0, 1]) {
            if (connectivity === 8 || dx === 0 || dy === 0) open.push([px + dx, py + dy]);
          }
        }
      }
    }
  }
  return labels;
}

function tally(labels: Int32Array): Map<number, number> {
  const areas = new Map<number, number>();
  for (const label of labels) if (label) areas.set(label, (areas.get(label) ?? 0) + 1);
  return areas;
}

test('parts agree with a pixel flood: same count, same areas, largest first, together the whole mask', () => {
  for (const bitmap of randomBitmaps({ seed: 41, count: 200 })) {
    const runs = runsOfBitmap(bitmap);
    for (const connectivity of [4, 8] as const) {
      const slow = [...tally(slowLabels(bitmap, 1, connectivity)).values()].sort((a, b) => b - a);
      const parts = componentsOf(runs, connectivity);
      expect(parts.map(({ area }) => area)).toEqual(slow);
      expect(parts.map(({ mask }) => areaOf(mask))).toEqual(slow);
      expect(
        unionOfAll(
          parts.map(({ mask }) => mask),
          bitmap,
        ),
      ).toEqual(runs);
      for (const { mask } of parts.slice(0, 3)) expect(componentsOf(mask, connectivity)).toHaveLength(1);
    }
  }
});

test('islands under the limit go, the others stay', () => {
  for (const bitmap of randomBitmaps({ seed: 42, count: 200 })) {
    for (const connectivity of [4, 8] as const) {
      const labels = slowLabels(bitmap, 1, connectivity);
      const areas = tally(labels);
      const slow = slowMap(bitmap, (x, y) => (areas.get(labels[y * bitmap.width + x] as number) ?? 0) >= 5);
      expect(removeIslands(runsOfBitmap(bitmap), 5, connectivity)).toEqual(runsOfBitmap(slow));
    }
  }
});

test('enclosed background is filled up to the limit; what reaches the border is not', () => {
  for (const bitmap of randomBitmaps({ seed: 43, count: 200 })) {
    for (const connectivity of [4, 8] as const) {
      const labels = slowLabels(bitmap, 0, connectivity === 8 ? 4 : 8);
      const areas = tally(labels);
      const open = new Set<number>();
      slowMap(bitmap, (x, y) => {
        const isBorder = x === 0 || y === 0 || x === bitmap.width - 1 || y === bitmap.height - 1;
        if (isBorder) open.add(labels[y * bitmap.width + x] as number);
        return 0;
      });
      for (const limit of [3, Number.POSITIVE_INFINITY]) {
        const slow = slowMap(bitmap, (x, y) => {
          const label = labels[y * bitmap.width + x] as number;
          return label === 0 || (!open.has(label) && (areas.get(label) as number) <= limit);
        });
        expect(fillHoles(runsOfBitmap(bitmap), limit, connectivity)).toEqual(runsOfBitmap(slow));
      }
    }
  }
});

test('a diagonal wall of 8-connected pixels encloses, of 4-connected ones it does not', () => {
  const diamond = runsOfBitmap(bitmapOf('..#..', '.#.#.', '#...#', '.#.#.', '..#..'));
  expect(drawingOf(decodeRle(rleOf(fillHoles(diamond, Infinity, 8))))).toEqual([
    '..#..',
    '.###.',
    '#####',
    '.###.',
    '..#..',
  ]);
  expect(fillHoles(diamond, Infinity, 4)).toEqual(diamond);
});

test('the part at a pixel: of the mask when it is set, of the background when it is not', () => {
  const runs = runsOfBitmap(bitmapOf('##...', '##.#.', '...#.', '####.'));
  expect(drawingOf(decodeRle(rleOf(componentAt(runs, imagePoint({ x: 3, y: 1 }), 4))))).toEqual([
    '.....',
    '...#.',
    '...#.',
    '####.',
  ]);
  expect(drawingOf(decodeRle(rleOf(componentAt(runs, imagePoint({ x: 0, y: 2 }), 8))))).toEqual([
    '..###',
    '..#.#',
    '###.#',
    '....#',
  ]);
});

test('nothing and everything', () => {
  const size = { width: 5, height: 3 };
  expect(componentsOf(emptyRuns(size))).toEqual([]);
  expect(componentsOf(fullRuns(size))).toEqual([{ mask: fullRuns(size), area: 15 }]);
  expect(fillHoles(emptyRuns(size))).toEqual(emptyRuns(size));
  expect(removeIslands(fullRuns(size), 16)).toEqual(emptyRuns(size));
  expect(componentAt(emptyRuns(size), imagePoint({ x: 2, y: 1 }))).toEqual(fullRuns(size));
});
