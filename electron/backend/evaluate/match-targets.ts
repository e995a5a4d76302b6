import { decodeRegion } from '../../common/mask-region.ts';
import { sharedAreaOf } from '../../common/mask-algebra.ts';
import { areaOf, boxOf, type Runs } from '../../common/runs.ts';
import { leastCostPairs } from './assignment.ts';

/** How much a predicted mask and a target share, in pixels. */
export interface Overlap {
  readonly intersection: number;
  readonly union: number;
}

export function overlapOf(predicted: Runs, target: Runs): Overlap {
  const intersection = sharedAreaOf(predicted, target);
  return { intersection, union: areaOf(predicted) + areaOf(target) - intersection };
}

/**
 * Pairs predictions with targets at the least total of BCE + dice, each with weight 1, over every pixel of the image.
 * The reference takes 12,544 random points instead, so its outcome is not the same twice; with all pixels it is.
 *
 * The smaller side is filled up with empty masks. Being empty costs the same beside anybody (nothing), so these do not
 * change who is paired with whom: they are left out here, and whoever has no partner is unpaired.
 *
 * @param predictions  logits f32 [height, width] each
 * Source: PixelLM utils/matcher.py match_pred; electron/backend/formats/FORMATS.md Part B
 */
export function matchTargets(
  predictions: readonly Float32Array[],
  targets: readonly Runs[],
): { readonly prediction: number; readonly target: number }[] {
  const costs = predictions.map((logits) => {
    const sums = sumsOf(logits);
    return targets.map((target) => costOf(logits, sums, target));
  });
  return leastCostPairs(costs).map(({ row, column }) => ({ prediction: row, target: column }));
}

interface LogitSums {
  readonly pixels: number;
  /** Sum of softplus(x): the cross-entropy against an empty target. */
  readonly softplus: number;
  readonly sigmoid: number;
}

function sumsOf(logits: Float32Array): LogitSums {
  let softplus = 0;
  let sigmoid = 0;
  for (const logit of logits) {
    // max(x, 0) + log(1 + e^-|x|) never overflows.
    softplus += Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit)));
    sigmoid += 1 / (1 + Math.exp(-logit));
  }
  return { pixels: logits.length, softplus, sigmoid };
}

/** Only the target's own pixels differ from the sums over the image, so that many targets cost little. */
function costOf(logits: Float32Array, sums: LogitSums, target: Runs): number {
  const [left, top, width, height] = boxOf(target);
  const pixels = decodeRegion(target, [left, top, width, height]);
  let inside = 0;
  let insideSigmoid = 0;
  for (let row = 0; row < height; row++) {
    const imageRow = (top + row) * target.width + left;
    for (let column = 0; column < width; column++) {
      if (pixels[row * width + column] === 0) continue;
      const logit = logits[imageRow + column] as number;
      inside += logit;
      insideSigmoid += 1 / (1 + Math.exp(-logit));
    }
  }
  // softplus(-x) = softplus(x) - x
  const crossEntropy = (sums.softplus - inside) / sums.pixels;
  const dice = 1 - (2 * insideSigmoid + 1) / (sums.sigmoid + areaOf(target) + 1);
  return crossEntropy + dice;
}
