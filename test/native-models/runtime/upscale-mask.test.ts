import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { linearTaps } from '../../../native-models/runtime/bilinear.ts';
import { placeImage } from '../../../native-models/runtime/image/placement.ts';
import type { Size } from '../../../native-models/runtime/image/placement.ts';
import type { Placement } from '../../../native-models/shapes.ts';
import {
  forEachLogitRow,
  upscaleAndScore,
  upscaleMask,
} from '../../../native-models/runtime/upscale-mask.ts';
import type { MaskLogits } from '../../../native-models/runtime/upscale-mask.ts';
import { wholeBitmap } from '../../helpers/image-mask.ts';
import { readNpy } from '../../parity/npy.ts';
import { goldenFolder, readGoldenJson } from './golden-folder.ts';

interface GoldenCase {
  name: string;
  original_size: [number, number];
  scores: number[];
  mask_png?: string[];
}
const { cases } = readGoldenJson<{ cases: GoldenCase[] }>('manifest.json');
const targets = cases.flatMap((golden) =>
  (golden.mask_png ?? []).map((png, index) => ({ label: png, golden, png, index })),
);

describe('the mask at the image’s size', () => {
  test.each(targets)('equals the reference’s: $label', async ({ golden, png, index }) => {
    const [height, width] = golden.original_size;
    const mask = goldenLogits(golden.name, index);
    const placement = placeImage({ width, height }, 448);
    const { score, ...found } = upscaleAndScore(mask, placement, { width, height });
    const bitmap = wholeBitmap(found);
    const expected = await sharp(path.join(goldenFolder, png)).toColourspace('b-w').raw().toBuffer();
    const wrong = [...bitmap.keys()].filter(
      (pixel) => (expected[pixel] ?? 0) > 127 !== (bitmap[pixel] === 1),
    );
    const certain = pixelsAbove(mask, placement, { width, height }, 3e-4); // the golden folder's tolerance for final logits
    expect(wrong.filter((pixel) => certain(pixel))).toEqual([]);
    expect(wrong.length).toBeLessThan(20);
    expect(score).toBeCloseTo(golden.scores[index] ?? Number.NaN, 4);
    const unscored = upscaleMask(mask, placement, { width, height });
    expect(unscored.box).toEqual(found.box);
    expect(Buffer.compare(unscored.pixels, found.pixels)).toBe(0); // far quicker than toEqual over millions
  });

  test('is the same whether or not the empty part is skipped', () => {
    const random = randomNumbers(3);
    for (let round = 0; round < 60; round++) {
      const image = { width: 1 + Math.floor(random() * 90), height: 1 + Math.floor(random() * 90) };
      const placement = placeImage(image, 56);
      const threshold = round % 3 === 0 ? 0.3 : 0;
      const mask = blob(random, 16);
      const found = upscaleMask(mask, placement, image, threshold);
      const slow = upscaleSlowly(mask, placement, image).map((logit) => (logit > threshold ? 1 : 0));
      expect([...wholeBitmap(found)], `${image.width} x ${image.height}`).toEqual(slow);
      expect(found.box).toEqual(boxOf(slow, image));
      const { box, pixels } = found;
      expect(pixels.length, 'no pixel outside the box is held').toBe(box ? box.width * box.height : 0);
    }
  });

  test('is empty, with score 0, when no logit is positive', () => {
    const mask = { logits: new Float32Array(16).fill(-1), side: 4 };
    const image = { width: 5, height: 3 };
    const placement = placeImage(image, 14);
    expect(upscaleAndScore(mask, placement, image)).toEqual({
      ...image,
      box: null,
      pixels: new Uint8Array(0),
      score: 0,
    });
  });

  test('ignores what lies in the padding', () => {
    const logits = new Float32Array(16).fill(-1);
    logits.fill(9, 12); // the bottom row of the square; a 4:1 image only fills the top quarter
    const image = { width: 40, height: 10 };
    expect(upscaleMask({ logits, side: 4 }, placeImage(image, 16), image).box).toBeNull();
  });

  test('covers a large image when everything is positive', () => {
    const image = { width: 3000, height: 2000 };
    const mask = upscaleMask(
      { logits: new Float32Array(64).fill(2), side: 8 },
      placeImage(image, 112),
      image,
    );
    expect(mask.box).toEqual({ x: 0, y: 0, ...image });
    expect(mask.pixels.every((bit) => bit === 1)).toBe(true);
  });
});

function goldenLogits(name: string, index: number): MaskLogits {
  const { shape, values } = readNpy(path.join(goldenFolder, 'cases', name, 'combined_mask.npy'));
  const side = shape[3] ?? 0;
  return { side, logits: (values as Float32Array).slice(index * side * side, (index + 1) * side * side) };
}

/** Tells the pixels whose logit is further from 0 than `tolerance`. */
function pixelsAbove(
  mask: MaskLogits,
  placement: Placement,
  image: Size,
  tolerance: number,
): (pixel: number) => boolean {
  const logits = new Float32Array(image.width * image.height).fill(-1);
  forEachLogitRow(mask, placement, image, -1, (y, firstX, row) => logits.set(row, y * image.width + firstX));
  return (pixel) => Math.abs(logits[pixel] ?? 0) > tolerance;
}

/** The definition, pixel by pixel over the whole image: two bilinear steps with the crop between them. */
function upscaleSlowly(mask: MaskLogits, placement: Placement, image: Size): number[] {
  const square = resample(
    mask.logits,
    { width: mask.side, height: mask.side },
    { width: placement.side, height: placement.side },
  );
  const crop = { width: placement.resizedWidth, height: placement.resizedHeight };
  const cropped = Float32Array.from(
    { length: crop.width * crop.height },
    (_, index) => square[Math.floor(index / crop.width) * placement.side + (index % crop.width)] ?? 0,
  );
  return [...resample(cropped, crop, image)];
}

function resample(values: Float32Array, from: Size, to: Size): Float32Array {
  const across = linearTaps(from.width, to.width);
  const down = linearTaps(from.height, to.height);
  return Float32Array.from({ length: to.width * to.height }, (_, index) => {
    const x = index % to.width;
    const y = Math.floor(index / to.width);
    const at = (row: number, column: number): number => values[row * from.width + column] ?? 0;
    const [left, right, shareX] = [across.lower[x] ?? 0, across.upper[x] ?? 0, across.share[x] ?? 0];
    const [top, bottom, shareY] = [down.lower[y] ?? 0, down.upper[y] ?? 0, down.share[y] ?? 0];
    const upper = at(top, left) * (1 - shareX) + at(top, right) * shareX;
    const lower = at(bottom, left) * (1 - shareX) + at(bottom, right) * shareX;
    return upper * (1 - shareY) + lower * shareY;
  });
}

function boxOf(bits: readonly number[], image: Size): unknown {
  const ones = bits.flatMap((bit, index) =>
    bit === 1 ? [{ x: index % image.width, y: Math.floor(index / image.width) }] : [],
  );
  if (ones.length === 0) return null;
  const x = Math.min(...ones.map((one) => one.x));
  const y = Math.min(...ones.map((one) => one.y));
  return {
    x,
    y,
    width: Math.max(...ones.map((one) => one.x)) - x + 1,
    height: Math.max(...ones.map((one) => one.y)) - y + 1,
  };
}

/** Negative everywhere but in a random patch. */
function blob(random: () => number, side: number): MaskLogits {
  const [left, top] = [random() * side, random() * side];
  const radius = random() * 6;
  const logits = Float32Array.from({ length: side * side }, (_, index) => {
    const distance = Math.hypot((index % side) - left, Math.floor(index / side) - top);
    return (radius - distance) * (0.5 + random());
  });
  return { logits, side };
}

function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
