import type { Size } from '../../common/geometry.ts';
import { differenceOf } from '../../common/mask-algebra.ts';
import { areaOf, isEmptyMask, type Runs } from '../../common/runs.ts';
import type { MuseQuestion } from '../formats/muse/muse-file.ts';
import { matchTargets, overlapOf, type Overlap } from './match-targets.ts';
import { logitsOf, maskOf, type PredictedMask } from './predicted-mask.ts';

/** What a model said to one question. */
export interface Answer {
  /** With {seg} where a target was named; without codebook tokens. */
  readonly text: string;
  readonly masks: readonly PredictedMask[];
}

/** A prediction beside the target it was matched with. */
export interface Pair extends Overlap {
  readonly prediction: number;
  readonly target: number;
}

/** One question's result; every figure of the report is a sum over these. */
export interface QuestionScore {
  readonly targets: number;
  /** Targets the model named, those without a pixel included: K of the paper. */
  readonly predicted: number;
  /** Those whose mask had no pixel. */
  readonly emptyPredictions: number;
  /** Who was matched with whom; the others have no partner. */
  readonly pairs: readonly Pair[];
  /** Pixels of predictions and targets without a partner. */
  readonly unpairedArea: number;
  /** IoU of each target with its partner, 0 without one, in the order of the targets. */
  readonly ious: readonly number[];
  /** Sum of the targets' IoU over P, the larger of both counts; null without targets. */
  readonly iou: number | null;
  readonly overlap: Overlap;
  /** Targets found at IoU > 0.5. */
  readonly found: number;
  /** Every target found and nothing else named. */
  readonly isSetCorrect: boolean;
  /** Null where the file has no text for it. */
  readonly isTextExact: boolean | null;
  /** For questions to be answered with yes or no. */
  readonly isYesNoRight: boolean | null;
  /** For questions about what is not there: the right set, which is nothing unless the question names more. */
  readonly isRefusalRight: boolean | null;
}

export interface ScoredQuestion {
  readonly score: QuestionScore;
  /** In the order of the predictions, empty ones included. */
  readonly masks: readonly Runs[];
}

/** IoU above which a target counts as found and a mask as right. */
export const foundAbove = 0.5;

export function scoreQuestion(
  question: MuseQuestion,
  answer: Answer,
  how: Size & { readonly threshold: number },
): ScoredQuestion {
  const { ignored } = question;
  const masks = answer.masks.map((predicted) => {
    const mask = maskOf(predicted, how, how.threshold);
    return ignored ? differenceOf(mask, ignored) : mask;
  });
  const targets = question.targets.map(({ mask }) => mask);
  const pairs = pairsOf(answer.masks, masks, targets);
  const ious = targets.map(() => 0);
  const partnered = { intersection: 0, union: 0 };
  let unpairedArea = sumOf([...masks, ...targets].map(areaOf));
  for (const { prediction, target, intersection, union } of pairs) {
    ious[target] = union === 0 ? 0 : intersection / union;
    partnered.intersection += intersection;
    partnered.union += union;
    unpairedArea -= areaOf(masks[prediction] as Runs) + areaOf(targets[target] as Runs);
  }
  const found = ious.filter((iou) => iou > foundAbove).length;
  const isSetCorrect = found === targets.length && masks.length === targets.length;
  return {
    masks,
    score: {
      targets: targets.length,
      predicted: masks.length,
      emptyPredictions: masks.filter(isEmptyMask).length,
      pairs,
      unpairedArea,
      ious,
      iou: targets.length === 0 ? null : sumOf(ious) / Math.max(masks.length, targets.length),
      overlap: { intersection: partnered.intersection, union: partnered.union + unpairedArea },
      found,
      isSetCorrect,
      isTextExact: question.answer === null ? null : plainText(answer.text) === plainText(question.answer),
      isYesNoRight: yesNoRight(question, answer.text),
      isRefusalRight: asksForAbsent(question) ? isSetCorrect : null,
    },
  };
}

function pairsOf(
  predicted: readonly PredictedMask[],
  masks: readonly Runs[],
  targets: readonly Runs[],
): Pair[] {
  if (targets.length === 0) return [];
  // An empty one scores 0 whoever its partner is: it must not take one from a mask that is there.
  const drawn = masks.flatMap((mask, index) => (isEmptyMask(mask) ? [] : [{ mask, index }]));
  const logits = drawn.map(({ index }) => logitsOf(predicted[index] as PredictedMask));
  return matchTargets(logits, targets).map(({ prediction: place, target }) => {
    const { mask, index } = drawn[place] as (typeof drawn)[number];
    return { prediction: index, target, ...overlapOf(mask, targets[target] as Runs) };
  });
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Words as a person reads them: no {seg}, single spaces, none before a mark. */
export function plainText(text: string): string {
  return text
    .replaceAll('{seg}', ' ')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/ (?=[,.;:!?])/gu, '')
    .trim();
}

function yesNoRight(question: MuseQuestion, said: string): boolean | null {
  const wanted = question.answer === null ? null : yesOrNo(question.answer);
  const isAsked = question.kinds.length === 0 || question.kinds.includes('yes-no');
  return isAsked && wanted !== null ? yesOrNo(said) === wanted : null;
}

function yesOrNo(text: string): string | null {
  return /^(?:yes|no)\b/iu.exec(text.trim())?.[0].toLowerCase() ?? null;
}

function asksForAbsent({ kinds }: MuseQuestion): boolean {
  return kinds.some((kind) => kind.endsWith('-none'));
}
