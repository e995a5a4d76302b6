import { expect, test } from 'vitest';
import { imagePoint } from '../../../electron/common/geometry.ts';
import { selectByColour, type RgbCrop } from '../../../electron/common/flood-fill.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

function randomImage(random: () => number): RgbCrop {
  const [width, height] = [randomInteger(random, 1, 20), randomInteger(random, 1, 20)];
  const rgb = Uint8Array.from({ length: width * height * 3 }, () => 20 * randomInteger(random, 0, 4));
  return { box: [100, 50, width, height], rgb };
}

function isAlike(image: RgbCrop, at: number, seed: number, tolerance: number): boolean {
  return [0, 1, 2].every(
    (channel) =>
      Math.abs((image.rgb[3 * at + channel] as number) - (image.rgb[3 * seed + channel] as number)) <=
      tolerance,
  );
}

test('the wand takes what hangs together with the clicked pixel, like a flood pixel by pixel', () => {
  const random = seededRandom(71);
  for (let round = 0; round < 200; round++) {
    const image = randomImage(random);
    const [left, top, width, height] = image.box;
    const seed = { x: randomInteger(random, 0, width), y: randomInteger(random, 0, height) };
    const tolerance = 20 * randomInteger(random, 0, 4);
    for (const connectivity of [4, 8] as const) {
      const expected = new Uint8Array(width * height);
      const open = [[seed.x, seed.y]];
      for (let next = open.pop(); next; next = open.pop()) {
        const [x, y] = next as [number, number];
        const at = y * width + x;
        if (x < 0 || y < 0 || x >= width || y >= height || expected[at]) continue;
        if (!isAlike(image, at, seed.y * width + seed.x, tolerance)) continue;
        expected[at] = 1;
        for (const [dx, dy] of [
          [1, 0],
          [-1, 0],
          [0, 1],
          [0, -1],
        ] as const)
          open.push([x + dx, y + dy]);
        if (connectivity === 8)
          for (const [dx, dy] of [
            [1, 1],
            [-1, 1],
            [1, -1],
            [-1, -1],
          ] as const)
            open.push([x + dx, y + dy]);
      }
      const point = imagePoint({ x: left + seed.x, y: top + seed.y });
      const crop = selectByColour(image, point, { tolerance, contiguous: true, connectivity });
      expect(crop).toEqual({ box: image.box, data: expected });
    }
  }
});

test('without "contiguous" every pixel of that colour is taken', () => {
  const random = seededRandom(72);
  for (let round = 0; round < 50; round++) {
    const image = randomImage(random);
    const [left, top, width, height] = image.box;
    const crop = selectByColour(image, imagePoint({ x: left, y: top }), { tolerance: 20, contiguous: false });
    const expected = Uint8Array.from({ length: width * height }, (_, at) =>
      isAlike(image, at, 0, 20) ? 1 : 0,
    );
    expect(crop.data).toEqual(expected);
  }
});

test('a click outside the rectangle selects nothing', () => {
  const image: RgbCrop = { box: [10, 10, 2, 2], rgb: new Uint8Array(12) };
  expect(
    selectByColour(image, imagePoint({ x: 9, y: 10 }), { tolerance: 255, contiguous: true }).data,
  ).toEqual(new Uint8Array(4));
});
