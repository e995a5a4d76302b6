import { expect, test } from 'vitest';
import { encodeHalfFloats } from '../../../../native-models/half-floats.ts';
import {
  placeInSquare,
  preparePicture,
} from '../../../../native-models/runtime/segmenter/prepare-picture.ts';

/** 4 x 2, each pixel its own colour. */
const image = { width: 4, height: 2, rgb: Uint8Array.from({ length: 24 }, (_, at) => at * 10) };
const form = { layout: 'channels', range: 'normalised', fit: 'padded', side: 4, type: 'float32' } as const;

test('a padded picture keeps its shape, is normalised, and what is beside it is exactly nought', () => {
  const tensor = preparePicture(image, form);
  expect([placeInSquare(image, form), tensor.dims]).toEqual([
    { side: 4, resizedWidth: 4, resizedHeight: 2 },
    [1, 3, 4, 4],
  ]);
  // The red of the second pixel, and the blue of the last one.
  expect(tensor.data[1]).toBeCloseTo((30 - 123.675) / 58.395, 4);
  expect(tensor.data[2 * 16 + 7]).toBeCloseTo((230 - 103.53) / 57.375, 4);
  for (const channel of [0, 16, 32])
    expect(Array.from(tensor.data.subarray(channel + 8, channel + 16), Number)).toEqual(new Array(8).fill(0));
});

test('a stretched picture fills the square, in the range that is asked for', () => {
  const stretched = { ...form, fit: 'stretched', range: 'unit' } as const;
  const tensor = preparePicture(image, stretched);
  expect(placeInSquare(image, stretched)).toEqual({ side: 4, resizedWidth: 4, resizedHeight: 4 });
  expect(tensor.data[0]).toBeCloseTo(0, 5);
  expect(tensor.data[47]).toBeCloseTo(230 / 255, 5);
});

test('SAM 3 sees the picture from -1 to 1, and a graph of 16-bit numbers the same in 16 bits', () => {
  const { data } = preparePicture(image, { ...form, fit: 'stretched', range: 'centred' });
  expect(data[0]).toBeCloseTo(-1, 5);
  expect(data[47]).toBeCloseTo(230 / 127.5 - 1, 5);
  const halves = preparePicture(image, { ...form, type: 'float16' });
  const whole = preparePicture(image, form);
  expect(halves.data).toEqual(encodeHalfFloats(whole.data as Float32Array)); // as its type says
});

test('rows of bytes stay rows of bytes, at the size the graph pads itself', () => {
  const tensor = preparePicture(image, { ...form, layout: 'rows', range: 'bytes' });
  expect([tensor.dims, Array.from(tensor.data, Number)]).toEqual([[2, 4, 3], [...image.rgb]]);
});

test('pixels that are not of the picture’s size are refused', () => {
  expect(() => preparePicture({ ...image, width: 5 }, form)).toThrow(
    expect.objectContaining({ code: 'image-invalid' }),
  );
});
