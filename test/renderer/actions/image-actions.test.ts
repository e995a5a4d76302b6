import { expect, test } from 'vitest';
import { removeQuestion } from '../../../renderer/actions/image-actions.ts';

test('before an image goes, the question being answered is counted and its end said', () => {
  expect(removeQuestion({ targets: 2, questions: 1, isAnswering: true }).text).toBe(
    'Its 2 targets and 1 question go with it. The answer being written is stopped. The image file stays where it is, and Undo brings everything back.',
  );
  expect(removeQuestion({ targets: 0, questions: 3, isAnswering: false }).text).toContain(
    'Its 3 questions go with it. The image',
  );
  expect(removeQuestion({ targets: 1, questions: 0, isAnswering: false }).text).toContain(
    'Its 1 target goes with it. The image',
  );
});
