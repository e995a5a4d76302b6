import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { decodeRgb } from '../../../../electron/backend/images/image-decoder.ts';

const folder = fileURLToPath(new URL('../../../fixtures/reference-a/', import.meta.url));
interface GoldenImage {
  readonly file: string;
  /** [height, width] */
  readonly original_size: readonly [number, number];
  readonly sha256_decoded_rgb: string;
}
// The fixture's own manifest, written with the golden values.
const { images } = JSON.parse(readFileSync(`${folder}manifest.json`, 'utf8')) as {
  images: Record<string, GoldenImage>;
};

// The JPEG is left out: decoders may differ by a level or two there. Its orientation has a test of its own.
const exact = Object.entries(images).filter(([, { file }]) => file.endsWith('.png'));

test.each(exact)('%s is read to the byte as the original code reads it', async (_, image) => {
  const { width, height, data } = await decodeRgb(`${folder}${image.file}`, image.file);
  expect([height, width]).toEqual([...image.original_size]);
  expect(createHash('sha256').update(data).digest('hex')).toBe(image.sha256_decoded_rgb);
});
