import { createHash } from 'node:crypto';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { placeImage } from '../../../../native-models/runtime/image/placement.ts';
import { resizeBilinear } from '../../../../native-models/runtime/image/resize.ts';
import { decodeImage } from '../../../parity/decode-image.ts';
import { goldenFolder, readGoldenJson } from '../golden-folder.ts';

interface GoldenImage {
  file: string;
  resized: string;
  original_size: [number, number];
  resized_size: [number, number];
  sha256_resized_rgb: string;
  sha256_decoded_rgb: string;
}
const { images } = readGoldenJson<{ images: Record<string, GoldenImage> }>('manifest.json');

describe('resizing equals Pillow’s, byte for byte', () => {
  // A JPEG may differ by a few levels before it is resized, decoders being what they are.
  const lossless = Object.values(images).filter((image) => image.file.endsWith('.png'));

  test.each(lossless)('$file', async (golden) => {
    const image = await decodeImage(path.join(goldenFolder, golden.file));
    expect([image.height, image.width]).toEqual(golden.original_size);
    expect(sha256(image.rgb), 'decoded').toBe(golden.sha256_decoded_rgb);
    const placement = placeImage(image, 448);
    expect([placement.resizedHeight, placement.resizedWidth]).toEqual(golden.resized_size);
    const resized = resizeBilinear(image, { width: placement.resizedWidth, height: placement.resizedHeight });
    expect(sha256(resized.rgb), 'resized').toBe(golden.sha256_resized_rgb);
  });

  test('a JPEG with EXIF orientation differs by a few levels at most', async () => {
    const golden = images['exif6'];
    if (golden === undefined) throw new Error('The golden folder has no exif6 image.');
    const image = await decodeImage(path.join(goldenFolder, golden.file));
    const [height, width] = golden.resized_size;
    const expected = await decodeImage(path.join(goldenFolder, golden.resized));
    const { rgb } = resizeBilinear(image, { width, height });
    const worst = rgb.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - (expected.rgb[index] ?? 0))),
      0,
    );
    expect(rgb).toHaveLength(expected.rgb.length);
    expect(worst).toBeLessThanOrEqual(4);
  });
});

test('an image that has the right size already is returned as it is', () => {
  const image = { width: 2, height: 1, rgb: Uint8Array.of(1, 2, 3, 4, 5, 6) };
  expect(resizeBilinear(image, { width: 2, height: 1 })).toBe(image);
});

describe('an image the network cannot see', () => {
  test('is refused when its short side would vanish', () => {
    expect(() => placeImage({ width: 2000, height: 1 }, 448)).toThrowError(
      expect.objectContaining({ code: 'image-too-thin' }),
    );
    expect(placeImage({ width: 895, height: 1 }, 448)).toEqual({
      side: 448,
      resizedWidth: 448,
      resizedHeight: 1,
    });
  });

  test.each([0, -1, 1.5, Number.NaN])('is refused when a side is %d', (width) => {
    expect(() => placeImage({ width, height: 5 }, 448)).toThrowError(
      expect.objectContaining({ code: 'image-invalid' }),
    );
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
