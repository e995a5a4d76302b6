import { describe, expect, test } from 'vitest';
import { matchTargets, overlapOf } from '../../../../electron/backend/evaluate/match-targets.ts';
import {
  compatIou,
  compatFigures,
  compatQuestion,
} from '../../../../electron/backend/evaluate/pixellm-compat.ts';
import type { PredictedMask } from '../../../../electron/backend/evaluate/predicted-mask.ts';
import type { MuseTarget } from '../../../../electron/backend/formats/muse/muse-file.ts';
import { plainTarget } from '../../../../electron/backend/formats/questions/question-set.ts';
import { differenceOf } from '../../../../electron/common/mask-algebra.ts';
import { boxRuns } from '../../../../electron/common/mask-region.ts';
import { emptyRuns, type Runs } from '../../../../electron/common/runs.ts';
import { decodeRle, rleOf } from '../../../../electron/common/rle.ts';
import { randomBitmap, runsOfBitmap } from '../../../helpers/masks.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';

const size = { width: 10, height: 10 };
// electron/backend/formats/FORMATS.md Part B: ground truth rows 0-3, columns 0-3; prediction rows 1-4, columns 0-3.
const target = boxRuns([0, 0, 4, 4], size);
const shifted = boxRuns([0, 1, 4, 4], size);

function asLogits(mask: Runs, inside = 5, outside = -5): PredictedMask {
  return {
    kind: 'logits',
    logits: Float32Array.from(decodeRle(rleOf(mask)).data, (pixel) => (pixel ? inside : outside)),
  };
}

/** The cost by its formula, pixel after pixel. */
function slowCost(logits: Float32Array, mask: Runs): number {
  const pixels = decodeRle(rleOf(mask)).data;
  let entropy = 0;
  let [shared, sigmoids, area] = [0, 0, 0];
  logits.forEach((logit, at) => {
    const probability = 1 / (1 + Math.exp(-logit));
    entropy -= pixels[at] ? Math.log(probability) : Math.log(1 - probability);
    shared += probability * (pixels[at] as number);
    sigmoids += probability;
    area += pixels[at] as number;
  });
  return entropy / logits.length + 1 - (2 * shared + 1) / (sigmoids + area + 1);
}

test('targets are paired at the least sum of BCE and dice over all pixels', () => {
  const random = seededRandom(111);
  for (let round = 0; round < 60; round++) {
    const masks = Array.from({ length: randomInteger(random, 1, 4) }, () =>
      runsOfBitmap(randomBitmap(random, size, 3)),
    );
    const logits = Array.from({ length: randomInteger(random, 1, 4) }, () =>
      Float32Array.from({ length: 100 }, () => random() * 8 - 4),
    );
    const pairs = matchTargets(logits, masks);
    const total = pairs.reduce(
      (sum, { prediction, target: to }) => sum + slowCost(logits[prediction]!, masks[to]!),
      0,
    );
    const swapped =
      pairs.length === 2 && logits.length === 2 && masks.length === 2
        ? slowCost(logits[pairs[0]!.prediction]!, masks[pairs[1]!.target]!) +
          slowCost(logits[pairs[1]!.prediction]!, masks[pairs[0]!.target]!)
        : Number.POSITIVE_INFINITY;
    expect(total).toBeLessThanOrEqual(swapped + 1e-6);
    for (const { prediction } of pairs) {
      if (masks.length !== 1) continue;
      const costs = logits.map((each) => slowCost(each, masks[0]!));
      expect(costs[prediction]).toBeCloseTo(Math.min(...costs), 4);
    }
  }
});

test('logits that would overflow the exponential are no trouble', () => {
  const extreme = Float32Array.from({ length: 100 }, (_, at) => (at % 2 ? 1e6 : -1e6));
  expect(matchTargets([extreme], [target])).toEqual([{ prediction: 0, target: 0 }]);
});

describe("the repository's own numbers", () => {
  test('12 of 20 pixels shared: 0.5999997', () => {
    const overlap = overlapOf(shifted, target);
    expect(overlap).toEqual({ intersection: 12, union: 20 });
    expect(compatIou(overlap)).toBeCloseTo(0.5999997, 7);
  });

  test('a pixel marked to be ignored leaves the union: 0.6315786', () => {
    const ignored = boxRuns([0, 0, 1, 1], size);
    const overlap = overlapOf(differenceOf(shifted, ignored), differenceOf(target, ignored));
    expect(overlap.union).toBe(19);
    expect(compatIou(overlap)).toBeCloseTo(0.6315786, 7);
  });

  test('nothing predicted where nothing is: 1; something predicted there: 0 with its pixels as union', () => {
    expect(compatIou(overlapOf(emptyRuns(size), emptyRuns(size)))).toBe(1);
    const wrong = overlapOf(shifted, emptyRuns(size));
    expect([wrong.union, compatIou(wrong)]).toEqual([16, 0]);
  });

  const figuresOf = (...images: readonly { predicted: PredictedMask[]; targets: Runs[] }[]) =>
    compatFigures(
      images.map(({ predicted, targets }, number) => ({
        image: `${number}.png`,
        compat: compatQuestion(predicted, targets.map(aMuseTarget), size),
      })),
    );

  test('two samples of IoU .6 and 1: cIoU 28/36, gIoU 0.799996', () => {
    const figures = figuresOf(
      { predicted: [asLogits(shifted)], targets: [target] },
      { predicted: [asLogits(shifted)], targets: [shifted] },
    );
    expect(figures.cIoU).toBeCloseTo(28 / 36, 6);
    expect(figures.gIoU).toBeCloseTo(0.799996, 5);
  });

  test('a confident prediction without a partner is nearly free there: IoU 1 and no union', () => {
    const predicted = [asLogits(target), asLogits(boxRuns([5, 5, 5, 5], size))];
    const figures = figuresOf({ predicted, targets: [target] });
    // Two pairs, one found (16/16), one free; divided by the larger count, 2.
    expect(figures.gIoU).toBeCloseTo(1, 4);
    expect(figures.cIoU).toBeCloseTo(1, 6);
  });

  test('only its pixels with a logit between 0.5 and 1 count', () => {
    const predicted = [asLogits(boxRuns([5, 5, 1, 1], size), 0.7, -5)];
    expect(figuresOf({ predicted, targets: [] })).toEqual({ gIoU: 0, cIoU: 0 });
  });

  test('a target nobody found counts with its pixels', () => {
    expect(figuresOf({ predicted: [], targets: [target] })).toEqual({ gIoU: 0, cIoU: 0 });
  });

  test('the pairs of an image are divided by the larger of its two counts, so that it can score above 1', () => {
    const twoQuestions = [
      { image: 'a.png', compat: compatQuestion([asLogits(target)], [], size) },
      { image: 'a.png', compat: compatQuestion([asLogits(target)], [aMuseTarget(target)], size) },
      { image: 'a.png', compat: compatQuestion([], [aMuseTarget(shifted)], size) },
    ];
    // Three pairs: a free one of 1, a found one of 1, a missed one of 0; two predictions, two targets.
    expect(compatFigures(twoQuestions).gIoU).toBeCloseTo(1, 4);
    expect(compatFigures(twoQuestions.slice(0, 2)).gIoU).toBeCloseTo(1, 4);
    const free = compatQuestion([asLogits(shifted)], [], size);
    expect(compatFigures([...twoQuestions.slice(0, 2), { image: 'a.png', compat: free }]).gIoU).toBeCloseTo(
      1,
      4,
    );
  });

  test('where parts of a target overlap its pixels are of no class', () => {
    const overlapping = { ...aMuseTarget(target), onceCovered: boxRuns([0, 0, 4, 2], size) };
    const { pairs } = compatQuestion([asLogits(target)], [overlapping], size);
    expect(pairs).toEqual([{ intersection: 8, union: 16 }]);
  });
});

function aMuseTarget(mask: Runs): MuseTarget {
  return plainTarget('cup', 'cup', mask);
}
