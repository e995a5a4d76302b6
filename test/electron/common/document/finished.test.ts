import { expect, test } from 'vitest';
import { isFinished } from '../../../../electron/common/document/finished.ts';

test('an answer that ended or reached the limit is finished; one that was stopped or failed is not', () => {
  const outcomes = ['answered', 'limit', 'stopped', 'failed'] as const;
  expect(outcomes.map((outcome) => isFinished({ outcome }))).toEqual([true, true, false, false]);
});
