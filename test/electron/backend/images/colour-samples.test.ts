import { expect, test } from 'vitest';
import { colourSamples } from '../../../../electron/backend/images/colour-samples.ts';
import { paletteColoursIn } from '../../../../electron/common/palette.ts';

/** Left of `border` the palette's orange, else grey. */
function picture(width: number, height: number, border: number) {
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at++)
    data.set(at % width < border ? [230, 159, 0] : [120, 120, 125], 3 * at);
  return { width, height, data };
}

test('the picture’s colours are looked at all over it, each where it lies, however small or large it is', () => {
  expect(colourSamples(picture(1, 1, 1))).toHaveLength(1);
  expect(colourSamples(picture(3, 200, 1))).toHaveLength(3 * 64);
  const samples = colourSamples(picture(640, 480, 64));
  expect(samples).toHaveLength(64 * 64);
  expect(samples[0]).not.toEqual(samples.at(-1));
  // A tenth of the columns: six of 64, each as high as the picture.
  expect(samples.filter(([l]) => l > 60)).toHaveLength(6 * 64);
  expect(paletteColoursIn(samples)).toEqual(['#e69f00']);
});
