import { expect, test } from 'vitest';
import { calibrationOf } from '../../../../electron/backend/evaluate/calibration.ts';
import type { EvaluatedQuestion } from '../../../../electron/backend/evaluate/evaluated-question.ts';

type Question = Pick<EvaluatedQuestion, 'confidences' | 'score'>;

/** A question whose masks have these confidences and IoUs with targets of their own; null for a mask without a target. */
function question(masks: readonly (readonly [confidence: number | null, iou: number | null])[]): Question {
  const pairs = masks.flatMap(([, iou], index) =>
    iou === null ? [] : [{ prediction: index, target: index, intersection: iou * 100, union: 100 }],
  );
  const score = {
    ...{
      targets: pairs.length,
      predicted: masks.length,
      emptyPredictions: 0,
      pairs,
      unpairedArea: 0,
      ious: [],
    },
    ...{ iou: null, overlap: { intersection: 0, union: 0 }, found: 0, isSetCorrect: false },
    ...{ isTextExact: null, isYesNoRight: null, isRefusalRight: null },
  };
  return { confidences: masks.map(([confidence]) => confidence), score };
}

test('of masks with a score, the share that lies on a target of its own', () => {
  const found = calibrationOf([
    question([
      [0.92, 0.8],
      [0.94, 0.5], // not over one half
    ]),
    question([
      [0.9, null],
      [1, 0.9],
    ]),
    question([[0.3, null]]),
  ]);
  expect(found?.rows).toEqual([
    { from: 0, to: 0.5, masks: 1, meanScore: 0.3, right: 0 },
    { from: 0.9, to: 0.95, masks: 3, meanScore: expect.closeTo(0.92, 9) as number, right: 1 / 3 },
    { from: 0.95, to: 1, masks: 1, meanScore: 1, right: 1 },
  ]);
  expect(found?.error).toBeCloseTo((0.3 + 3 * (0.92 - 1 / 3) + 0) / 5, 9);
});

test.each([
  ['nothing was drawn', [question([])]],
  ['a mask has no score', [question([[0.9, 0.9]]), question([[null, 0.9]])]],
])('nothing is said where %s', (_, questions) => {
  expect(calibrationOf(questions)).toBeNull();
});
