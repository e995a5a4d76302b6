import { createHash } from 'node:crypto';
import { keptImageTokens, keptPatches } from '../../native-models/runtime/image/padding.ts';
import { normalise } from '../../native-models/runtime/image/pixels.ts';
import { placeImage } from '../../native-models/runtime/image/placement.ts';
import { resizeBilinear } from '../../native-models/runtime/image/resize.ts';
import type { Network } from '../../native-models/pixellm/network.ts';
import { decodeImage } from './decode-image.ts';
import type { GoldenCase, GoldenFolder, GoldenImage } from './golden.ts';
import { compareEqual, compareNumbers } from './rung.ts';
import type { Rung } from './rung.ts';

/** Levels by which two JPEG decoders may differ after resizing. */
const jpegTolerance = 4;

/** Decoding and resizing, of every image of the folder. */
export async function* imageRungs(golden: GoldenFolder, settings: Network['image']): AsyncGenerator<Rung> {
  for (const [name, image] of Object.entries(golden.manifest.images))
    yield* oneImage(golden, `image ${name}`, image, settings);
}

async function* oneImage(
  golden: GoldenFolder,
  scope: string,
  image: GoldenImage,
  settings: Network['image'],
): AsyncGenerator<Rung> {
  const decoded = await decodeImage(golden.path(image.file));
  const placement = placeImage(decoded, settings.side);
  yield compareEqual(
    scope,
    'size',
    [decoded.height, decoded.width, placement.resizedHeight, placement.resizedWidth],
    [...image.original_size, ...image.resized_size],
  );
  const resized = resizeBilinear(decoded, { width: placement.resizedWidth, height: placement.resizedHeight });
  if (image.file.endsWith('.png')) {
    yield compareEqual(scope, 'decoded (sha256)', [sha256(decoded.rgb)], [image.sha256_decoded_rgb]);
    yield compareEqual(scope, 'resized (sha256)', [sha256(resized.rgb)], [image.sha256_resized_rgb]);
  } else {
    const expected = await decodeImage(golden.path(image.resized));
    yield compareNumbers(scope, 'resized (decoders differ)', resized.rgb, expected.rgb, jpegTolerance);
  }
}

/** Normalised pixels, from the golden resized picture, and the padding masks. */
export async function* pixelRungs(
  golden: GoldenFolder,
  example: GoldenCase,
  settings: Network['image'],
): AsyncGenerator<Rung> {
  const [height, width] = example.original_size;
  const placement = placeImage({ width, height }, settings.side);
  const pixels = golden.tensor(example, 'pixel_values');
  if (pixels) {
    const values = await goldenPixels(golden, example, settings);
    yield compareNumbers(
      example.name,
      pixels.name,
      thinRowsAndColumns(values, { channels: 3, width: settings.side, height: settings.side }, pixels.stride),
      pixels.values as Float32Array,
      pixels.tolerance,
    );
  }
  const vision = golden.ids(example, 'vit_attention_mask');
  if (vision)
    yield compareEqual(
      example.name,
      'vit_attention_mask',
      [1, ...keptPatches(placement, settings).map(Number)],
      vision,
    );
  const language = golden.ids(example, 'llm_image_mask');
  if (language)
    yield compareEqual(
      example.name,
      'llm_image_mask',
      keptImageTokens(placement, settings).map(Number),
      language,
    );
}

/** The network's input made from the golden resized picture: the start of the vision rungs. */
export async function goldenPixels(
  golden: GoldenFolder,
  example: GoldenCase,
  settings: Network['image'],
): Promise<Float32Array> {
  const resized =
    example.resized ??
    Object.values(golden.manifest.images).find((image) => image.file === example.image)?.resized;
  if (resized === undefined) throw new Error(`Case ${example.name} names no resized picture.`);
  return normalise(await decodeImage(golden.path(resized)), settings);
}

/** Rows and columns 0, stride, 2 * stride, ... of [channels, height, width]. */
export function thinRowsAndColumns(
  values: Float32Array,
  size: { channels: number; width: number; height: number },
  stride: number,
): Float32Array {
  const { channels, width, height } = size;
  const kept: number[] = [];
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y += stride) {
      for (let x = 0; x < width; x += stride)
        kept.push(values[(channel * height + y) * width + x] ?? Number.NaN);
    }
  }
  return Float32Array.from(kept);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
