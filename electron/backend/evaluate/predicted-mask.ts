import type { Size } from '../../common/geometry.ts';
import { decodeRegion, encodeCrop } from '../../common/mask-region.ts';
import type { Runs } from '../../common/runs.ts';

/**
 * What a model drew for one target, at the image's size: logits (a pixel is set where they exceed the threshold), or a mask
 * that is already cut, whose pixels then count as logits of plus and minus ten.
 */
export type PredictedMask = (
  | { readonly kind: 'logits' /** f32 [height, width] */; readonly logits: Float32Array }
  | { readonly kind: 'mask'; readonly mask: Runs }
) & {
  /** How sure the model is, 0 to 1; left out where nobody says. */
  readonly score?: number;
};

const certain = 10;

export function logitsOf(predicted: PredictedMask): Float32Array {
  if (predicted.kind === 'logits') return predicted.logits;
  const { mask } = predicted;
  const pixels = decodeRegion(mask, [0, 0, mask.width, mask.height]);
  return Float32Array.from(pixels, (pixel) => (pixel ? certain : -certain));
}

export function maskOf(predicted: PredictedMask, size: Size, threshold: number): Runs {
  if (predicted.kind === 'mask') return predicted.mask;
  const data = Uint8Array.from(predicted.logits, (logit) => (logit > threshold ? 1 : 0));
  return encodeCrop({ box: [0, 0, size.width, size.height], data }, size);
}
