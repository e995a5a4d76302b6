import type { Size } from '../../common/geometry.ts';
import { areaOf, type Runs } from '../../common/runs.ts';
import type { MuseTarget } from '../formats/muse/muse-file.ts';
import { matchTargets, overlapOf, type Overlap } from './match-targets.ts';
import { logitsOf, maskOf, type PredictedMask } from './predicted-mask.ts';

/**
 * gIoU and cIoU as the released repository computes them in ar_validate, oddities included, to compare with numbers that were made
 * with it. What differs: matching looks at every pixel, theirs at random points; of its question templates the first is always taken, theirs at random.
 *
 * - An unmatched prediction is not cut at 0. Its union is the number of pixels whose logit lies in [0.5, 1], and if there is none
 *   the pair counts as IoU 1: confident wrong masks are nearly free.
 * - The IoUs of all pairs of an image are divided by the larger of its counts of predictions and targets, although pairs are
 *   made question by question: there can be more of them.
 * - Where parts of a target overlap, the pixels of both belong to no class.
 * - How it asks and which masks count (engine-answers.ts, 'repository'): no history, "Please respond with segmentation mask." after the question, and no
 *   mask at all where the codebook tokens of an answer are no multiple of a group.
 * Source: electron/backend/formats/FORMATS.md Part B; PixelLM train_ds.py ar_validate, utils/multi_reason_seg_val_dataset.py, utils/utils.py LONG_QUESTION_LIST
 */
export interface CompatQuestion {
  /** Of every pair: matched, then targets without a partner, then predictions without one. */
  readonly pairs: readonly Overlap[];
  readonly predictions: number;
  readonly targets: number;
}

/** The template the repository's validation picks first. */
export function repositoryQuestion(question: string): string {
  return `${question} Please respond with segmentation mask.`;
}

export function compatQuestion(
  predicted: readonly PredictedMask[],
  targets: readonly MuseTarget[],
  size: Size,
): CompatQuestion {
  const masks = targets.map(({ mask, onceCovered }) => onceCovered ?? mask);
  return {
    pairs: pairOverlaps(predicted, masks, size),
    predictions: predicted.length,
    targets: targets.length,
  };
}

export function compatFigures(
  questions: readonly { readonly image: string; readonly compat: CompatQuestion }[],
): {
  readonly gIoU: number;
  readonly cIoU: number;
} {
  const sums = { iou: 0, count: 0, intersection: 0, union: 0 };
  const images = new Map<string, { predictions: number; targets: number }>();
  for (const { image, compat } of questions) {
    const counts = images.get(image) ?? { predictions: 0, targets: 0 };
    counts.predictions += compat.predictions;
    counts.targets += compat.targets;
    images.set(image, counts);
    for (const pair of compat.pairs) {
      sums.iou += compatIou(pair);
      sums.intersection += pair.intersection;
      sums.union += pair.union;
    }
  }
  for (const { predictions, targets } of images.values()) sums.count += Math.max(predictions, targets);
  return { gIoU: sums.iou / (sums.count + 1e-5), cIoU: sums.intersection / (sums.union + 1e-10) };
}

/** An empty pair counts as a full success. */
export function compatIou({ intersection, union }: Overlap): number {
  return union === 0 ? 1 : intersection / (union + 1e-5);
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
