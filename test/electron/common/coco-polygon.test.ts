import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fillCocoPolygons } from '../../../electron/common/coco-polygon.ts';
import type { Rle } from '../../../electron/common/document/records.ts';
import { intersectionOf, iouOf, unionOf } from '../../../electron/common/mask-algebra.ts';
import { rleOf, runsOf } from '../../../electron/common/rle.ts';
import { areaOf, boxOf, emptyRuns, fullRuns } from '../../../electron/common/runs.ts';

interface Golden {
  readonly polygons: readonly {
    readonly size: [number, number];
    readonly polygons: number[][];
    readonly counts: string;
    readonly area: number;
    readonly bbox: number[];
  }[];
  readonly pairs: readonly {
    readonly size: [number, number];
    readonly a: string;
    readonly b: string;
    readonly area: number;
    readonly bbox: number[];
    readonly union: string;
    readonly intersection: string;
    readonly iou: number;
    readonly crowdIou: number;
  }[];
}

// Written by test/fixtures/masks/make-coco-golden.py with pycocotools 2.0.11.
const file = new URL('../../fixtures/masks/coco-golden.json', import.meta.url);
const golden = JSON.parse(readFileSync(file, 'utf8')) as Golden;

test('160 polygons fill the very pixels pycocotools fills', () => {
  for (const { size, polygons, counts, area, bbox } of golden.polygons) {
    const runs = fillCocoPolygons(polygons, { width: size[1], height: size[0] });
    expect({ polygons, counts: rleOf(runs).counts }).toEqual({ polygons, counts });
    expect(areaOf(runs)).toBe(area);
    expect(boxOf(runs)).toEqual(bbox);
  }
});

test('unions, intersections and IoU of 40 random pairs are those of pycocotools', () => {
  for (const { size, a, b, area, bbox, union, intersection, iou, crowdIou } of golden.pairs) {
    const [first, second] = [a, b].map((counts) => runsOf({ size, counts } satisfies Rle)) as [
      ReturnType<typeof runsOf>,
      ReturnType<typeof runsOf>,
    ];
    expect(areaOf(first)).toBe(area);
    expect(boxOf(first)).toEqual(bbox);
    expect(rleOf(unionOf(first, second)).counts).toBe(union);
    expect(rleOf(intersectionOf(first, second)).counts).toBe(intersection);
    expect(iouOf(first, second)).toBeCloseTo(iou, 12);
    expect(iouOf(first, second, { crowd: true })).toBeCloseTo(crowdIou, 12);
  }
});

test('the three polygons of the format page', () => {
  const size = { width: 6, height: 5 };
  expect(rleOf(fillCocoPolygons([[1, 1, 4, 1, 4, 3, 1, 3]], size)).counts).toBe('6230009');
  expect(rleOf(fillCocoPolygons([[0, 0, 6, 0, 6, 5, 0, 5]], size)).counts).toBe('0n0');
  const triangle = fillCocoPolygons([[2, 0, 5, 4, 0, 4]], size);
  expect([areaOf(triangle), boxOf(triangle)]).toEqual([10, [0, 1, 5, 3]]);
});

describe('polygons that are none', () => {
  const size = { width: 6, height: 5 };
  test.each([
    ['two points', [1, 1, 4, 1], '3 points'],
    ['half a point', [1, 1, 4, 1, 4, 3, 1], '3 points'],
    ['not a number', [1, 1, 4, 1, Number.NaN, 3], 'Number 4'],
    ['endless', [1, 1, 4, 1, Number.POSITIVE_INFINITY, 3], 'Number 4'],
    ['far away', [1, 1, 4, 1, 1e9, 3], 'far outside'],
    [
      'an outline without end',
      Array.from({ length: 400 }, (_, index) => (index % 4 < 2 ? -9e5 : 9e5)),
      'no real object',
    ],
  ])('%s', (_name, polygon, words) => {
    const fill = () => fillCocoPolygons([polygon], size);
    expect(fill).toThrow(words);
    expect(fill).toThrow(expect.objectContaining({ code: 'bad-polygon' }));
  });
});

test('a polygon outside the image is empty, one around it is everything', () => {
  const size = { width: 6, height: 5 };
  expect(fillCocoPolygons([[10, 10, 20, 10, 20, 20]], size)).toEqual(emptyRuns(size));
  expect(fillCocoPolygons([[-9, -9, 20, -9, 20, 20, -9, 20]], size)).toEqual(fullRuns(size));
  expect(fillCocoPolygons([], size)).toEqual(emptyRuns(size));
});
