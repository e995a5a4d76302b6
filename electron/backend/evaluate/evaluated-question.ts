import type { ResultRecord } from './result-record.ts';

/** What figures are made of: a result without its masks, so that a hundred thousand of them fit into memory. */
export type EvaluatedQuestion = Pick<
  ResultRecord,
  | 'key'
  | 'image'
  | 'question'
  | 'kinds'
  | 'expected'
  | 'said'
  | 'score'
  | 'judged'
  | 'ious'
  | 'boundaryIous'
  | 'compat'
  | 'milliseconds'
> & {
  readonly confidences: readonly (number | null)[];
};

export function withoutMasks(record: ResultRecord): EvaluatedQuestion {
  const { key, image, question, kinds, expected, said, score, judged, ious, boundaryIous } = record;
  return {
    ...{ key, image, question, kinds, expected, said, score, judged, ious, boundaryIous },
    compat: record.compat,
    milliseconds: record.milliseconds,
    confidences: record.predictions.map((prediction) => prediction.score),
  };
}

/** 0 for an answer without fault, up to 2. */
export function badnessOf({ score }: Pick<ResultRecord, 'score'>): number {
  const drawing = score.iou === null ? Number(!score.isSetCorrect) : 1 - score.iou;
  const saying = score.isYesNoRight === false ? 1 : score.isTextExact === false ? 0.1 : 0;
  return drawing + saying;
}
