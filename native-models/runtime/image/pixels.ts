import { ModelError } from '../../errors.ts';
import type { Network } from '../../pixellm/network.ts';
import { placeImage } from './placement.ts';
import type { Placement } from '../../shapes.ts';
import { resizeBilinear } from './resize.ts';
import type { RgbImage } from './resize.ts';

/** An image as the vision graph takes it. */
export interface NetworkPixels {
  /** f32 [1, 3, side, side], normalised; right of and below the image exactly 0. */
  readonly values: Float32Array;
  readonly placement: Placement;
}

/**
 * Puts an image into the network's square: long side scaled to it, normalised, then padded on the right and bottom.
 *
 * @throws ModelError 'image-invalid', 'image-too-thin'
 * Source: PixelLM chat.py `preprocess` and ResizeLongestSide (resize, then normalise, then pad: the order matters)
 */
export function toNetworkPixels(image: RgbImage, settings: Network['image']): NetworkPixels {
  const placement = placeImage(image, settings.side);
  if (image.rgb.length !== image.width * image.height * 3) {
    throw new ModelError(
      'image-invalid',
      `An image of ${image.width} x ${image.height} pixels needs ${image.width * image.height * 3} bytes of RGB, not ${image.rgb.length}.`,
    );
  }
  const resized = resizeBilinear(image, { width: placement.resizedWidth, height: placement.resizedHeight });
  return { values: normalise(resized, settings), placement };
}

/** @param image  already at the network's size */
export function normalise(image: RgbImage, settings: Network['image']): Float32Array {
  const { side } = settings;
  const values = new Float32Array(3 * side * side);
  for (let channel = 0; channel < 3; channel++) {
    const table = normaliseTable(settings.mean[channel] ?? 0, settings.std[channel] ?? 1);
    for (let y = 0; y < image.height; y++) {
      const out = (channel * side + y) * side;
      const row = y * image.width * 3 + channel;
      for (let x = 0; x < image.width; x++) values[out + x] = table[image.rgb[row + x * 3] ?? 0] ?? 0;
    }
  }
  return values;
}

/** The 256 possible results; each step rounded to float32 as in the reference. */
function normaliseTable(mean: number, std: number): Float32Array {
  return Float32Array.from(
    { length: 256 },
    (_, value) => Math.fround(value - Math.fround(mean)) / Math.fround(std),
  );
}
