import { ModelError } from '../../errors.ts';
import type { MaskLogits } from '../upscale-mask.ts';

/**
 * One of the masks that a decoder proposes: the one it thinks best. Of four, the first is meant for several prompts and the other three for
 * a single one. Source: segment-anything utils/onnx.py, select_masks
 *
 * @param masks  f32 [..., count, side, side]
 * @param scores f32 [..., count], the decoder's guess of each mask's IoU
 * @param points prompts as the decoder counts them
 * @throws ModelError 'segmenter-unknown' for another shape, 'answer-not-finite'
 */
export function chooseMask(
  masks: { readonly data: Float32Array; readonly dims: readonly number[] },
  scores: Float32Array,
  points: number,
): MaskLogits & { readonly score: number } {
  const [height, width] = masks.dims.slice(-2);
  const count = masks.dims.slice(0, -2).reduce((product, dim) => product * dim, 1);
  if (
    masks.dims.length < 3 ||
    height === undefined ||
    height !== width ||
    height < 1 ||
    count !== scores.length
  )
    throw new ModelError(
      'segmenter-unknown',
      `The decoder gave masks of [${masks.dims.join(', ')}] with ${scores.length} scores; square masks with a score each are understood.`,
      { dims: masks.dims, scores: scores.length },
    );
  const candidates = [...scores.keys()].filter((at) => count !== 4 || (at === 0) === points > 2);
  const best = candidates.reduce((a, b) => ((scores[b] as number) > (scores[a] as number) ? b : a));
  const cells = height * width;
  const logits = masks.data.slice(best * cells, (best + 1) * cells);
  const score = scores[best] as number;
  return { logits, side: height, score: Math.min(1, Math.max(0, score)) };
}
