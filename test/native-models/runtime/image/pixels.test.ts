import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  keptImageTokens,
  keptPatches,
  visionKeyRows,
} from '../../../../native-models/runtime/image/padding.ts';
import { toNetworkPixels } from '../../../../native-models/runtime/image/pixels.ts';
import { placeImage } from '../../../../native-models/runtime/image/placement.ts';
import { decodeImage } from '../../../parity/decode-image.ts';
import { readNpy, toNumbers } from '../../../parity/npy.ts';
import { goldenFolder } from '../golden-folder.ts';

const settings = {
  side: 448,
  patch: 14,
  grid: 32,
  pool: 2,
  tokens: 256,
  mean: [123.675, 116.28, 103.53],
  std: [58.395, 57.12, 57.375],
} as const;
const withImages = [
  { name: 'tf1', file: 'wide500x333.png' },
  { name: 'tf2', file: 'tall333x500.png' },
  { name: 'ev_thin', file: 'thin37x512.png' },
  { name: 'ev_rgba', file: 'rgba300x200.png' },
];

describe('an image as the vision graph takes it', () => {
  test.each(withImages)('has the reference’s pixel values ($name)', async ({ name, file }) => {
    const image = await decodeImage(path.join(goldenFolder, 'images', file));
    const { values } = toNetworkPixels(image, {
      ...settings,
      mean: [...settings.mean],
      std: [...settings.std],
    });
    const golden = readNpy(path.join(goldenFolder, 'cases', name, 'pixel_values_sub7.npy'));
    const step = 7;
    const found = Float32Array.from(golden.values as Float32Array, (_, index) => {
      const channel = Math.floor(index / (64 * 64));
      const y = Math.floor(index / 64) % 64;
      return values[(channel * 448 + y * step) * 448 + (index % 64) * step] ?? Number.NaN;
    });
    // Tolerance: the golden folder's README.
    expect(largestDifference(found, golden.values as Float32Array)).toBeLessThanOrEqual(2e-6);
  });

  test('is refused when the bytes do not fit the size', () => {
    const image = { width: 4, height: 4, rgb: new Uint8Array(47) };
    expect(() => toNetworkPixels(image, { ...settings, mean: [0, 0, 0], std: [1, 1, 1] })).toThrowError(
      expect.objectContaining({ code: 'image-invalid' }),
    );
  });
});

describe('padding', () => {
  test.each([
    { name: 'tf1', width: 500, height: 333 },
    { name: 'tf5', width: 1600, height: 900 },
    { name: 'ev_thin', width: 37, height: 512 },
    { name: 'ev_none', width: 250, height: 251 },
  ])('is masked where the reference masks it ($name)', ({ name, width, height }) => {
    const placement = placeImage({ width, height }, settings.side);
    const numbers = {
      ...settings,
      mean: [...settings.mean] as [number, number, number],
      std: [...settings.std] as [number, number, number],
    };
    const vision = toNumbers(readNpy(path.join(goldenFolder, 'cases', name, 'vit_attention_mask.npy')));
    const language = toNumbers(readNpy(path.join(goldenFolder, 'cases', name, 'llm_image_mask.npy')));
    expect([1, ...keptPatches(placement, numbers).map(Number)]).toEqual(vision);
    expect(keptImageTokens(placement, numbers).map(Number)).toEqual(language);
    expect(visionKeyRows(placement, numbers)).toEqual(vision.flatMap((bit, row) => (bit === 1 ? [row] : [])));
  });
});

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? Number.NaN))), 0);
}
