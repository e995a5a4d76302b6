import { foundAbove } from './question-score.ts';
import type { EvaluatedQuestion } from './evaluated-question.ts';

/** Whether scores mean what they say. */
export interface Calibration {
  readonly rows: readonly CalibrationRow[];
  /** Expected calibration error: the mean, over masks, of how far a row's share of right masks is from its mean score. */
  readonly error: number;
}

/** Masks scored from `from` (included) to `to` (excluded, but in the last row). */
export interface CalibrationRow {
  readonly from: number;
  readonly to: number;
  readonly masks: number;
  readonly meanScore: number;
  /** Share of masks that lie on a target of their own with an IoU over 0.5. */
  readonly right: number;
}

/** Most scores are high: the rows are finer there. */
const edges = [0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1] as const;

/** Null where the model does not say how sure it is, or drew nothing. */
export function calibrationOf(
  questions: readonly Pick<EvaluatedQuestion, 'confidences' | 'score'>[],
): Calibration | null {
  const masks = questions.flatMap(({ confidences, score }) => {
    const right = new Set(
      score.pairs
        .filter((pair) => pair.intersection > foundAbove * pair.union)
        .map((pair) => pair.prediction),
    );
    return confidences.map((confidence, prediction) => ({ confidence, isRight: right.has(prediction) }));
  });
  const scored = masks.flatMap(({ confidence, isRight }) =>
    confidence === null ? [] : [{ confidence, isRight }],
  );
  if (scored.length === 0 || scored.length < masks.length) return null;
  const last = edges.length - 2;
  const rows = edges.slice(0, -1).flatMap((from, row) => {
    const to = edges[row + 1] ?? 1;
    const within = scored.filter(
      ({ confidence }) => confidence >= from && (confidence < to || (row === last && confidence <= to)),
    );
    if (within.length === 0) return [];
    const meanScore = within.reduce((sum, { confidence }) => sum + confidence, 0) / within.length;
    const right = within.filter(({ isRight }) => isRight).length / within.length;
    return [{ from, to, masks: within.length, meanScore, right }];
  });
  const gaps = rows.reduce((sum, row) => sum + row.masks * Math.abs(row.right - row.meanScore), 0);
  return { rows, error: gaps / scored.length };
}
