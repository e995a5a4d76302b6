import { describe, expect, test } from 'vitest';
import {
  type Box,
  type Camera,
  type CellBox,
  type DeviceBox,
  type Size,
  boxHolds,
  cellBox,
  cornersOf,
  deviceBox,
  growBox,
  imagePoint,
  intersectBoxes,
  isEmptyBox,
  middleOf,
  pixelAt,
  screenPoint,
  screenSize,
  toImage,
  toScreen,
  uniteBoxes,
} from '../../../electron/common/geometry.ts';
import { isPixelSet } from '../../../electron/common/runs.ts';
import { boxRuns } from '../../../electron/common/mask-region.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

const camera: Camera = { zoom: 2, pan: screenPoint({ x: 10, y: -6 }) };

test('a point goes to the screen and back, and the mark costs no property', () => {
  const random = seededRandom(71);
  for (let round = 0; round < 200; round++) {
    const moved: Camera = {
      zoom: 0.01 + random() * 64,
      pan: screenPoint({ x: random() * 900 - 450, y: random() * 900 - 450 }),
    };
    const point = imagePoint({ x: random() * 8000, y: random() * 8000 });
    const back = toImage(toScreen(point, moved), moved);
    expect(Object.keys(back)).toEqual(['x', 'y']);
    expect(back.x).toBeCloseTo(point.x, 6);
    expect(back.y).toBeCloseTo(point.y, 6);
  }
  expect(toScreen(imagePoint({ x: 3, y: 4 }), camera)).toEqual({ x: 16, y: 2 });
  expect(toImage(screenPoint({ x: 16, y: 2 }), camera)).toEqual({ x: 3, y: 4 });
  expect(middleOf(screenSize({ width: 801, height: 600 }))).toEqual({ x: 400.5, y: 300 });
});

test('the pixel under a point is the one it lies in, left of and above the image too', () => {
  expect(pixelAt(imagePoint({ x: 3.99, y: 4 }))).toEqual({ x: 3, y: 4 });
  expect(pixelAt(imagePoint({ x: -0.1, y: -1 }))).toEqual({ x: -1, y: -1 });
});

test('the corners of a box go round it clockwise', () => {
  expect(cornersOf([3, 5, 4, 2]).map(({ x, y }) => [x, y])).toEqual([
    [3, 5],
    [7, 5],
    [7, 7],
    [3, 7],
  ]);
});

describe('boxes', () => {
  /** As a set of pixels, which says without arithmetic what they share. */
  const size = { width: 12, height: 10 };
  const pixelsOf = (box: Box): string[] => {
    const runs = boxRuns(box, size);
    return Array.from({ length: 120 }, (_, at) => [at % 12, Math.floor(at / 12)] as const)
      .filter(([x, y]) => isPixelSet(runs, x, y))
      .map(String);
  };
  const aBox = (random: () => number): Box => {
    const [left, top] = [randomInteger(random, 0, 12), randomInteger(random, 0, 10)];
    return [left, top, randomInteger(random, 0, 13 - left), randomInteger(random, 0, 11 - top)];
  };

  test('share, unite and hold the pixels that one would count', () => {
    const random = seededRandom(72);
    for (let round = 0; round < 500; round++) {
      const [a, b] = [aBox(random), aBox(random)];
      const [inA, inB] = [pixelsOf(a), pixelsOf(b)];
      expect(isEmptyBox(a)).toBe(inA.length === 0);
      const shared = intersectBoxes(a, b);
      expect(pixelsOf(shared)).toEqual(inA.filter((pixel) => inB.includes(pixel)));
      const united = uniteBoxes(a, b);
      expect([...inA, ...inB].every((pixel) => pixelsOf(united).includes(pixel))).toBe(true);
      if (!isEmptyBox(b)) expect(boxHolds(a, b)).toBe(inB.every((pixel) => inA.includes(pixel)));
    }
  });

  test('grow on every side and stop at the border of the image', () => {
    expect(growBox([4, 4, 2, 2], 2, size)).toEqual([2, 2, 6, 6]);
    expect(growBox([1, 1, 10, 8], 5, size)).toEqual([0, 0, 12, 10]);
  });
});

/**
 * What must not compile. Never run: `tsc` reports an expected error that does not come (npm run check:types), so
 * each line fails the check as soon as two spaces can be mixed.
 */
export function mixUps(): void {
  const onImage = imagePoint({ x: 1, y: 2 });
  const onScreen = screenPoint({ x: 1, y: 2 });
  const pane = screenSize({ width: 800, height: 600 });
  const cells = cellBox([0, 0, 4, 4]);
  const pixels: Box = [0, 0, 4, 4];

  // @ts-expect-error - an image point is no screen point
  toImage(onImage, camera);
  // @ts-expect-error - a screen point is no image point
  toScreen(onScreen, camera);
  // @ts-expect-error - twice is not once
  toImage(toImage(onScreen, camera), camera);
  // @ts-expect-error - two numbers do not say where they are
  pixelAt({ x: 1, y: 2 });
  // @ts-expect-error - nor does a camera's offset
  const still: Camera = { zoom: 1, pan: { x: 0, y: 0 } };
  // @ts-expect-error - the pane is no image
  const image: Size = pane;
  // @ts-expect-error - the image is no pane
  middleOf({ width: 640, height: 480 });
  // @ts-expect-error - cells are no pixels
  const fromCells: Box = cells;
  // @ts-expect-error - pixels are no cells
  const fromPixels: CellBox = pixels;
  // @ts-expect-error - what they share would be of no space
  intersectBoxes(cells, pixels);
  // @ts-expect-error - device pixels are not the image's
  const fromDevice: Box = deviceBox([0, 0, 4, 4]);
  // @ts-expect-error - the image's are not the device's
  const toDevice: DeviceBox = pixels;
  void [still, image, fromCells, fromPixels, fromDevice, toDevice];
}
