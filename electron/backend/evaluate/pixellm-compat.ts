import type { Size } from '../../common/bitmap.ts';
import { differenceOf } from '../../common/mask-algebra.ts';
import { areaOf, type Runs } from '../../common/runs.ts';
import { matchTargets, overlapOf, type Overlap } from './match-targets.ts';
import { logitsOf, maskOf, type PredictedMask } from './predicted-mask.ts';

/**
 * gIoU and cIoU as the released repository computes them in ar_validate, oddities included, to compare with numbers that were made
 * with it. The one difference: matching looks at every pixel, theirs at random points.
 *
 * - An unmatched prediction is not cut at 0. Its union is the number of pixels whose logit lies in [0.5, 1], and if there is none
 *   the pair counts as IoU 1: confident wrong masks are nearly free.
 * - The IoUs of all pairs of an image are divided by the larger of its counts of predictions and targets, although pairs are
 *   made question by question: there can be more of them.
 * Source: electron/backend/formats/FORMATS.md Part B
 */
export interface CompatMeter {
  addImage(
    questions: readonly { readonly predicted: readonly PredictedMask[]; readonly targets: readonly Runs[] }[],
    size: Size,
  ): void;
  figures(): { readonly gIoU: number; readonly cIoU: number };
}

export function createCompatMeter(): CompatMeter {
  const sums = { iou: 0, count: 0, intersection: 0, union: 0 };
  return {
    addImage(questions, size) {
      const pairs = questions.flatMap(({ predicted, targets }) => pairOverlaps(predicted, targets, size));
      const predictions = questions.reduce((sum, { predicted }) => sum + predicted.length, 0);
      const targets = questions.reduce((sum, each) => sum + each.targets.length, 0);
      sums.iou += pairs.reduce((sum, pair) => sum + compatIou(pair), 0);
      sums.count += Math.max(predictions, targets);
      for (const { intersection, union } of pairs) {
        sums.intersection += intersection;
        sums.union += union;
      }
    },
    figures: () => ({
      gIoU: sums.iou / (sums.count + 1e-5),
      cIoU: sums.intersection / (sums.union + 1e-10),
    }),
  };
}

/** An empty pair counts as a full success. */
export function compatIou({ intersection, union }: Overlap): number {
  return union === 0 ? 1 : intersection / (union + 1e-5);
}

/** Pixels marked to be ignored (255 in the files) count for nobody. */
export function compatOverlap(predicted: Runs, target: Runs, ignored: Runs): Overlap {
  return overlapOf(differenceOf(predicted, ignored), differenceOf(target, ignored));
}

function pairOverlaps(predicted: readonly PredictedMask[], targets: readonly Runs[], size: Size): Overlap[] {
  const pairs = matchTargets(predicted.map(logitsOf), targets);
  const isMatched = new Set(pairs.map(({ prediction }) => prediction));
  const isFound = new Set(pairs.map(({ target }) => target));
  return [
    ...pairs.map(({ prediction, target }) =>
      overlapOf(maskOf(predicted[prediction] as PredictedMask, size, 0), targets[target] as Runs),
    ),
    ...targets
      .filter((_, index) => !isFound.has(index))
      .map((target) => ({ intersection: 0, union: areaOf(target) })),
    ...predicted
      .filter((_, index) => !isMatched.has(index))
      .map((each) => ({ intersection: 0, union: rawUnion(each) })),
  ];
}

function rawUnion(predicted: PredictedMask): number {
  if (predicted.kind === 'mask') return areaOf(predicted.mask);
  let pixels = 0;
  for (const logit of predicted.logits) if (logit >= 0.5 && logit <= 1) pixels++;
  return pixels;
}
