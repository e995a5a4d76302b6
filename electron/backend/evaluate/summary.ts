import { averagePrecisionOf, type AveragePrecision } from './average-precision.ts';
import { calibrationOf, type Calibration } from './calibration.ts';
import type { EvaluatedQuestion } from './evaluated-question.ts';
import { figuresOf, type Figures } from './figures.ts';
import { paperParts, type PaperParts } from './paper-figures.ts';
import { compatFigures } from './pixellm-compat.ts';
import { grouped } from '../../common/grouped.ts';

/** All figures of a set of results. Defined in this room's README. */
export interface Summary {
  readonly images: number;
  readonly all: Figures;
  readonly byKind: ReadonlyMap<string, Figures>;
  /** By number of targets: 0, 1, 2, 3 and more. */
  readonly byTargets: ReadonlyMap<string, Figures>;
  readonly paper: {
    /** Every pair counts, whatever the words say. */
    readonly unjudged: PaperParts;
    /** Null where not every question was judged. */
    readonly judged: PaperParts | null;
  };
  /** Null where the model does not say how sure it is, or nothing was wanted. */
  readonly averagePrecision: AveragePrecision | null;
  /** Null as above. */
  readonly calibration: Calibration | null;
  /** Of the questions with one target: share whose IoU exceeds each threshold, as refCOCO reports it; null where there is none. */
  readonly precisionAt: readonly { readonly threshold: number; readonly share: number }[] | null;
  /** Mean over questions with targets of the pairs' boundary IoU over P. */
  readonly boundaryIoU: number | null;
  /** As the repository computes it; null unless it was asked so. */
  readonly pixellm: { readonly gIoU: number; readonly cIoU: number } | null;
}

export function summaryOf(questions: readonly EvaluatedQuestion[]): Summary {
  const isJudged = questions.every(({ judged }) => judged !== null);
  return {
    images: new Set(questions.map(({ image }) => image)).size,
    all: figuresOf(questions),
    byKind: figuresByName(questions, ({ kinds }) => kinds.join('/') || 'not stated'),
    byTargets: figuresByName(questions, ({ score }) => (score.targets < 3 ? String(score.targets) : '3+')),
    paper: {
      unjudged: paperParts(questions.map((question) => ({ ...question, judged: null }))),
      judged: isJudged ? paperParts(questions) : null,
    },
    averagePrecision: precisionOf(questions),
    calibration: calibrationOf(questions),
    precisionAt: precisionAtOf(questions),
    boundaryIoU: boundaryOf(questions),
    pixellm: compatOf(questions),
  };
}

function precisionOf(questions: readonly EvaluatedQuestion[]): AveragePrecision | null {
  const sure = questions.map(({ confidences, ious, score }) => ({
    confidences: confidences.filter((confidence) => confidence !== null),
    ious,
    targets: score.targets,
    isKnown: confidences.every((confidence) => confidence !== null),
  }));
  return sure.every(({ isKnown }) => isKnown) ? averagePrecisionOf(sure) : null;
}

const thresholds = [0.5, 0.6, 0.7, 0.8, 0.9];

/** IoU over P: a mask too many halves it. */
function precisionAtOf(questions: readonly EvaluatedQuestion[]): Summary['precisionAt'] {
  const single = questions.flatMap(({ score }) =>
    score.targets === 1 && score.iou !== null ? [score.iou] : [],
  );
  if (single.length === 0) return null;
  return thresholds.map((threshold) => ({
    ...{ threshold, share: single.filter((iou) => iou > threshold).length / single.length },
  }));
}

function boundaryOf(questions: readonly EvaluatedQuestion[]): number | null {
  const wanted = questions.filter(({ score }) => score.targets > 0);
  if (wanted.length === 0) return null;
  const shares = wanted.map(
    ({ score, boundaryIous }) =>
      boundaryIous.reduce((sum, iou) => sum + iou, 0) / Math.max(score.targets, score.predicted),
  );
  return shares.reduce((sum, share) => sum + share, 0) / wanted.length;
}

function compatOf(questions: readonly EvaluatedQuestion[]): Summary['pixellm'] {
  const measured = questions.flatMap(({ image, compat }) => (compat ? [{ image, compat }] : []));
  return measured.length === 0 ? null : compatFigures(measured);
}

function figuresByName(
  questions: readonly EvaluatedQuestion[],
  nameOf: (question: EvaluatedQuestion) => string,
): Map<string, Figures> {
  const groups = grouped(questions, nameOf);
  const names = [...groups.keys()].sort();
  return new Map(names.map((name) => [name, figuresOf(groups.get(name) ?? [])]));
}
