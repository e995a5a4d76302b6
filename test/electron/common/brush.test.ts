import { describe, expect, test } from 'vitest';
import { emptyCrop, type BitmapCrop } from '../../../electron/common/bitmap.ts';
import { paintSegment, segmentBox, type Brush } from '../../../electron/common/brush.ts';
import { type ImagePoint, imagePoint } from '../../../electron/common/geometry.ts';
import { componentsOf } from '../../../electron/common/components.ts';
import { drawingOf, emptyBitmap, runsOfBitmap, slowBox, slowMap } from '../../helpers/masks.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

const size = { width: 40, height: 32 };
const whole = [0, 0, size.width, size.height] as const;

function painted(brush: Brush, from: ImagePoint, to: ImagePoint): BitmapCrop {
  const crop = emptyCrop(whole);
  paintSegment(crop, brush, { from, to }, 1);
  return crop;
}

/** The brush's centre in half pixels. */
function slowCentre(value: number, diameter: number): number {
  return diameter % 2 === 1 ? 2 * Math.floor(value) + 1 : 2 * Math.round(value);
}

/** In whole numbers only: is the pixel's centre within reach of the line between the two brush centres? */
function slowRound(x: number, y: number, a: [number, number], b: [number, number], reach: number): boolean {
  const [px, py] = [BigInt(2 * x + 1), BigInt(2 * y + 1)];
  const [ax, ay, bx, by] = [...a, ...b].map(BigInt) as [bigint, bigint, bigint, bigint];
  const r2 = BigInt(reach) ** 2n;
  const along = (px - ax) * (bx - ax) + (py - ay) * (by - ay);
  const length = (bx - ax) ** 2n + (by - ay) ** 2n;
  if (along <= 0n) return (px - ax) ** 2n + (py - ay) ** 2n <= r2;
  if (along >= length) return (px - bx) ** 2n + (py - by) ** 2n <= r2;
  return ((px - ax) * (by - ay) - (py - ay) * (bx - ax)) ** 2n <= r2 * length;
}

/** Is there a place on the way, as a fraction over a common denominator, where the open square covers the centre? */
function slowSquare(x: number, y: number, a: [number, number], b: [number, number], reach: number): boolean {
  const scale = Math.max(1, Math.abs(b[0] - a[0])) * Math.max(1, Math.abs(b[1] - a[1]));
  let [low, high] = [0, scale]; // closed range of the fraction, times scale
  let [isLowOpen, isHighOpen] = [false, false];
  for (const axis of [0, 1] as const) {
    const offset = (axis === 0 ? 2 * x + 1 : 2 * y + 1) - a[axis];
    const way = b[axis] - a[axis];
    if (way === 0) {
      if (Math.abs(offset) >= reach) return false;
      continue;
    }
    const ends = [((offset - reach) * scale) / way, ((offset + reach) * scale) / way].sort((p, q) => p - q);
    if ((ends[0] as number) >= low) [low, isLowOpen] = [ends[0] as number, true];
    if ((ends[1] as number) <= high) [high, isHighOpen] = [ends[1] as number, true];
  }
  return low < high || (low === high && !isLowOpen && !isHighOpen);
}

describe('a moved brush paints exactly the pixels its rule names', () => {
  for (const shape of ['round', 'square'] as const) {
    test(shape, () => {
      const random = seededRandom(61);
      for (let round = 0; round < 300; round++) {
        const diameter = randomInteger(random, 2, 15);
        const point = (): ImagePoint => imagePoint({ x: random() * 50 - 5, y: random() * 42 - 5 });
        const from = point();
        const to =
          round % 4 === 0 ? from : round % 4 === 1 ? imagePoint({ x: from.x, y: point().y }) : point();
        const a: [number, number] = [slowCentre(from.x, diameter), slowCentre(from.y, diameter)];
        const b: [number, number] = [slowCentre(to.x, diameter), slowCentre(to.y, diameter)];
        const rule = shape === 'round' ? slowRound : slowSquare;
        const slow = slowMap(size, (x, y) => rule(x, y, a, b, diameter));
        const crop = painted({ shape, diameter }, from, to);
        expect(drawingOf({ ...size, data: crop.data })).toEqual(drawingOf(slow));
      }
    });
  }
});

test('dabs of 1 to 4 pixels', () => {
  const dab = (shape: Brush['shape'], diameter: number): string[] => {
    const crop = emptyCrop([0, 0, 6, 5]);
    paintSegment(
      crop,
      { shape, diameter },
      { from: imagePoint({ x: 2.7, y: 2.2 }), to: imagePoint({ x: 2.7, y: 2.2 }) },
      1,
    );
    return drawingOf({ width: 6, height: 5, data: crop.data });
  };
  expect(dab('round', 1)).toEqual(['......', '......', '..#...', '......', '......']);
  expect(dab('square', 2)).toEqual(['......', '..##..', '..##..', '......', '......']);
  expect(dab('round', 4)).toEqual(['..##..', '.####.', '.####.', '..##..', '......']);
  expect(dab('square', 3)).toEqual(['......', '.###..', '.###..', '.###..', '......']);
});

test('a one pixel brush draws a thin line: joined, both ends in it, one pixel per step', () => {
  const random = seededRandom(62);
  for (let round = 0; round < 200; round++) {
    const point = (): ImagePoint => imagePoint({ x: random() * 40, y: random() * 32 });
    const [from, to] = [point(), point()];
    const crop = painted({ shape: 'round', diameter: 1 }, from, to);
    const bitmap = { ...size, data: crop.data };
    const steps = Math.max(
      Math.abs(Math.floor(from.x) - Math.floor(to.x)),
      Math.abs(Math.floor(from.y) - Math.floor(to.y)),
    );
    expect(crop.data.reduce((sum, value) => sum + value, 0)).toBe(steps + 1);
    expect(componentsOf(runsOfBitmap(bitmap), 8)).toHaveLength(1);
    for (const { x, y } of [from, to]) expect(crop.data[Math.floor(y) * size.width + Math.floor(x)]).toBe(1);
  }
});

test('the returned box holds every painted pixel and fits tightly on them', () => {
  const random = seededRandom(63);
  for (let round = 0; round < 200; round++) {
    const brush: Brush = { shape: round % 2 ? 'round' : 'square', diameter: randomInteger(random, 1, 12) };
    const from = imagePoint({ x: 8 + random() * 20, y: 8 + random() * 14 });
    const to = imagePoint({ x: 8 + random() * 20, y: 8 + random() * 14 });
    const crop = emptyCrop(whole);
    const box = paintSegment(crop, brush, { from, to }, 1);
    expect(box).toEqual(slowBox({ ...size, data: crop.data }));
  }
});

test('erasing takes back what painting set', () => {
  const brush: Brush = { shape: 'round', diameter: 7 };
  const stroke = { from: imagePoint({ x: 5, y: 5 }), to: imagePoint({ x: 30, y: 20 }) };
  const crop = emptyCrop(whole);
  paintSegment(crop, brush, stroke, 1);
  paintSegment(crop, brush, stroke, 0);
  expect(crop.data).toEqual(emptyBitmap(size).data);
});

test('a stroke that misses the picture paints nothing, and a long one is cut at its border', () => {
  const crop = emptyCrop(whole);
  const brush: Brush = { shape: 'square', diameter: 3 };
  const missed = paintSegment(
    crop,
    brush,
    { from: imagePoint({ x: -20, y: -20 }), to: imagePoint({ x: -10, y: 99 }) },
    1,
  );
  expect(missed[2] * missed[3]).toBe(0);
  expect(crop.data.includes(1)).toBe(false);
  paintSegment(crop, brush, { from: imagePoint({ x: -100, y: 10 }), to: imagePoint({ x: 500, y: 10 }) }, 1);
  expect(drawingOf({ ...size, data: crop.data })[10]).toBe('#'.repeat(40));
  expect(segmentBox(brush, { from: imagePoint({ x: 3, y: 3 }), to: imagePoint({ x: 3, y: 3 }) })).toEqual([
    2, 2, 3, 3,
  ]);
});
