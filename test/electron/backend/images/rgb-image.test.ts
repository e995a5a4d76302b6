import { expect, test } from 'vitest';
import { cropRgb, cropRgbInTurns } from '../../../../electron/backend/images/rgb-image.ts';
import type { Box } from '../../../../electron/common/geometry.ts';

const image = {
  width: 5,
  height: 4,
  data: Uint8Array.from({ length: 5 * 4 * 3 }, (_, at) => at),
};

/** Pixel by pixel. */
function slowCrop([left, top, width, height]: Box): number[] {
  const pixels: number[] = [];
  for (let y = top; y < Math.min(top + height, image.height); y++)
    for (let x = left; x < Math.min(left + width, image.width); x++)
      pixels.push(...image.data.subarray(3 * (y * image.width + x), 3 * (y * image.width + x) + 3));
  return pixels;
}

test.each<[string, Box]>([
  ['all of it', [0, 0, 5, 4]],
  ['one pixel', [4, 3, 1, 1]],
  ['a rectangle inside', [1, 1, 3, 2]],
  ['more than there is', [2, 3, 100, 100]],
  ['nothing', [5, 4, 3, 3]],
  ['what lies beyond', [50, 60, 3, 3]],
])('a rectangle is copied, at once and in turns: %s', async (_what, box) => {
  const crop = cropRgb(image, box);
  expect([...crop.data]).toEqual(slowCrop(box));
  expect(crop.data.length).toBe(crop.width * crop.height * 3);
  expect(await cropRgbInTurns(image, box)).toEqual(crop);
  // Its bytes are its own.
  expect(crop.data.buffer).not.toBe(image.data.buffer);
});
