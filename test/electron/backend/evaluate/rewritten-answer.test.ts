import { expect, test } from 'vitest';
import { instancesPrompt, rewriteAnswer } from '../../../../electron/backend/evaluate/rewritten-answer.ts';
import { sharedWords } from '../../../../electron/backend/evaluate/judge.ts';
import type { MuseTarget } from '../../../../electron/backend/formats/muse/muse-file.ts';
import { plainTarget } from '../../../../electron/backend/formats/questions/question-set.ts';
import { emptyRuns } from '../../../../electron/common/runs.ts';

function aTarget(name: string, category = ''): MuseTarget {
  return plainTarget(name, category, emptyRuns({ width: 4, height: 4 }));
}
const pair = (prediction: number, target: number) => ({ prediction, target, intersection: 1, union: 1 });

test('each group is replaced by the description of the instance matched with its mask', () => {
  const targets = [aTarget('the mug on the left'), aTarget('', 'plate')];
  const boxes = [[1, 2, 3, 4] as const, [5, 5, 1, 1] as const];
  const text = 'Drink from the cup {seg}, eat off the dish {seg} or the ghost {seg}.';
  expect(rewriteAnswer(text, targets, boxes, [pair(0, 0), pair(1, 1)])).toEqual({
    paper: 'Drink from the cup the mug on the left, eat off the dish plate or the ghost nothing.',
    repository:
      'Drink from the cup (the mug on the left [1, 2, 4, 6]), eat off the dish (plate [5, 5, 6, 6]) or the ghost (None []).',
    phrases: ['the cup', 'the dish', 'the ghost'],
  });
});

test('an answer that names nothing stays as it is', () => {
  expect(rewriteAnswer('There is none.', [aTarget('cup')], [[0, 0, 1, 1]], [])).toEqual({
    paper: 'There is none.',
    repository: 'There is none.',
    phrases: [],
  });
});

test('the scorer is told of all instances as the repository tells it, those of one name numbered', () => {
  const instances = [
    { name: 'cup', box: [1, 2, 3, 4] as const },
    { name: 'plate', box: [0, 0, 2, 2] as const },
    { name: 'cup', box: [5, 5, 1, 1] as const },
  ];
  expect(instancesPrompt(instances, { width: 640, height: 480 })).toBe(
    'These objects in the image and their respective bounding box coordinates are as follows: cup 1 at [1, 2, 4, 6], plate at [0, 0, 2, 2], cup 2 at [5, 5, 6, 6]. The image height is 480, width is 640.',
  );
});

test.each([
  ['the red cups', 'red cup on the left', 1],
  ['red plate', 'red cup', 0.5],
  ['it', 'red cup', 0],
  ['', 'red cup', 0],
  ['the large silver laptop', 'laptop', 1],
  ['Die rote Tasse', 'rote Tasse', 1],
  ['dog', 'cat', 0],
])('the offline judge compares the words of “%s” and “%s”: %d', (phrase, description, share) => {
  expect(sharedWords(phrase, description)).toBe(share);
});
