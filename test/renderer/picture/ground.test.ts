import { expect, test } from 'vitest';
import { targetColours } from '../../../electron/common/palette.ts';
import { boxRuns } from '../../../electron/common/mask-region.ts';
import { clearColour, coloursOver, coloursUnder, distancesTo } from '../../../renderer/picture/ground.ts';

/** 4 x 2 cells for an image of 400 x 200: the left half orange, the right half blue. */
const rgba = new Uint8ClampedArray(4 * 2 * 4);
for (let at = 0; at < 8; at++) rgba.set(at % 4 < 2 ? [230, 159, 0, 255] : [0, 114, 178, 255], at * 4);
const ground = { width: 4, height: 2, rgba };
const size = { width: 400, height: 200 };
const distanceTo = (under: Parameters<typeof distancesTo>[0], colour: string) =>
  distancesTo(under, colour).mean;
const left = coloursUnder(ground, boxRuns([20, 20, 100, 100], size));
const right = coloursUnder(ground, boxRuns([260, 20, 100, 100], size));

test('the colours beneath a mask are those of the picture under its pixels, spread over them', () => {
  expect([distanceTo(left, '#e69f00'), distanceTo(right, '#0072b2')].map(Math.round)).toEqual([0, 0]);
  const both = coloursUnder(ground, boxRuns([0, 0, 400, 200], size));
  expect(both.length).toBeGreaterThanOrEqual(200);
  // Half of what it lies on is its own colour: half of the distance to the other.
  expect(distanceTo(both, '#e69f00')).toBeCloseTo(distanceTo(right, '#e69f00') / 2, 0);
  expect(coloursUnder(ground, boxRuns([0, 0, 0, 0], size))).toEqual([]);
});

test('a new target wears a colour that stands out from what lies under it, the least used of those', () => {
  // The palette begins with this orange: an orange mask on an orange thing is not seen.
  expect(clearColour([], [])).toBe(targetColours[0]);
  expect(clearColour(left, [])).toBe(targetColours[1]);
  expect(clearColour(right, [])).toBe(targetColours[0]);
  expect(clearColour(right, ['#e69f00'])).toBe('#d55e00');
  for (const colour of targetColours) {
    const value = Number.parseInt(colour.slice(1), 16);
    const plain = new Uint8ClampedArray([value >>> 16, (value >>> 8) & 255, value & 255, 255]);
    const under = coloursUnder({ width: 1, height: 1, rgba: plain }, boxRuns([0, 0, 40, 40], size));
    expect(distanceTo(under, clearColour(under, [])), colour).toBeGreaterThan(40);
  }
});

test('a colour that a part of what lies under it has is none that stands out', () => {
  // The left half of it is the palette's first colour, though in the mean it is far away.
  const both = coloursUnder(ground, boxRuns([0, 0, 400, 200], size));
  expect(distancesTo(both, '#e69f00')).toMatchObject({ near: 0 });
  expect(distancesTo(both, '#e69f00').mean).toBeGreaterThan(42);
  expect(['#e69f00', '#0072b2']).not.toContain(clearColour(both, []));
});

test('a picture is looked at all over, large or small', () => {
  expect(coloursOver(ground)).toHaveLength(8);
  const large = { width: 256, height: 171, rgba: new Uint8ClampedArray(256 * 171 * 4) };
  expect(coloursOver(large).length).toBeGreaterThan(2_000);
  expect(coloursOver(large).length).toBeLessThan(12_000);
});
