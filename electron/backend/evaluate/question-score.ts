import type { Size } from '../../common/bitmap.ts';
import { areaOf, isEmptyMask, type Runs } from '../../common/runs.ts';
import type { MuseQuestion } from '../formats/muse/muse-file.ts';
import { matchTargets, overlapOf, type Overlap } from './match-targets.ts';
import { logitsOf, maskOf, type PredictedMask } from './predicted-mask.ts';

/** What a model said to one question. */
export interface Answer {
  /** Without codebook tokens or {seg}. */
  readonly text: string;
  readonly masks: readonly PredictedMask[];
}

/** One question's result; every figure of the report is a sum over these. */
export interface QuestionScore {
  readonly targets: number;
  /** Predicted masks that have a pixel. */
  readonly predicted: number;
  /** Targets that were named, but whose mask had no pixel. */
  readonly emptyPredictions: number;
  /** IoU of each target with its partner, 0 without one, in the order of the targets. */
  readonly ious: readonly number[];
  /** Sum of the targets' IoU over the larger of both counts; null without targets. */
  readonly iou: number | null;
  readonly overlap: Overlap;
  /** Targets found at IoU > 0.5. */
  readonly found: number;
  /** Every target found and nothing else drawn. */
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
  readonly masks: readonly Runs[];
}

const foundAbove = 0.5;

export function scoreQuestion(
  question: MuseQuestion,
  answer: Answer,
  how: Size & { readonly threshold: number },
): ScoredQuestion {
  const all = answer.masks.map((predicted) => ({ predicted, mask: maskOf(predicted, how, how.threshold) }));
  const drawn = all.filter(({ mask }) => !isEmptyMask(mask));
  const masks = drawn.map(({ mask }) => mask);
  const targets = question.targets.map(({ mask }) => mask);
  const pairs = matchTargets(
    targets.length === 0 ? [] : drawn.map(({ predicted }) => logitsOf(predicted)),
    targets,
  );
  const ious = targets.map(() => 0);
  let intersection = 0;
  let union = [...masks, ...targets].reduce((sum, mask) => sum + areaOf(mask), 0);
  for (const { prediction, target } of pairs) {
    const overlap = overlapOf(masks[prediction] as Runs, targets[target] as Runs);
    ious[target] = overlap.union === 0 ? 0 : overlap.intersection / overlap.union;
    intersection += overlap.intersection;
    // Both areas are in the sum already; what they share was counted twice.
    union -= overlap.intersection;
  }
  const found = ious.filter((iou) => iou > foundAbove).length;
  const isSetCorrect = found === targets.length && masks.length === targets.length;
  const larger = Math.max(masks.length, targets.length);
  return {
    masks,
    score: {
      targets: targets.length,
      predicted: masks.length,
      emptyPredictions: all.length - drawn.length,
      ious,
      iou: targets.length === 0 ? null : ious.reduce((sum, iou) => sum + iou, 0) / larger,
      overlap: { intersection, union },
      found,
      isSetCorrect,
      isTextExact: question.answer === null ? null : plainText(answer.text) === plainText(question.answer),
      isYesNoRight: yesNoRight(question, answer.text),
      isRefusalRight: asksForAbsent(question) ? isSetCorrect : null,
    },
  };
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
