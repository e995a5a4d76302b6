import { expect, test } from 'vitest';
import { paperParts, type JudgedScore } from '../../../../electron/backend/evaluate/paper-figures.ts';

/** [targets, predictions, pairs as intersection/union, pixels without a partner] */
type Row = readonly [number, number, readonly (readonly [number, number])[], number];

function asked(
  image: string,
  [targets, predicted, pairs, unpairedArea]: Row,
  judged: number[] | null = null,
): JudgedScore {
  const score = {
    ...{ targets, predicted, unpairedArea },
    pairs: pairs.map(([intersection, union], index) => ({
      ...{ intersection, union },
      ...{ prediction: index, target: index },
    })),
  };
  return { image, score, judged };
}

// All by hand: P = max(G, K); IoU of an image = sum of its pairs' IoU / sum of its questions' P.
test.each<[string, JudgedScore[], (number | null)[]]>([
  ['met exactly', [asked('a', [1, 1, [[10, 10]], 0])], [1, 1, 1]],
  ['half shared', [asked('a', [1, 1, [[12, 20]], 0])], [0.6, 0.6, 0.6]],
  ['one target of two missed: predictions filled up', [asked('a', [2, 1, [[10, 10]], 10])], [0.5, 0.5, 0.5]],
  ['one prediction too many: targets filled up', [asked('a', [1, 2, [[10, 10]], 30])], [0.5, 0.25, 0.5]],
  [
    'an empty prediction too many: it counts in P, with no pixel',
    [asked('a', [1, 2, [[10, 10]], 0])],
    [0.5, 1, 0.5],
  ],
  ['nothing wanted, something drawn', [asked('a', [0, 1, [], 7])], [0, 0, 0]],
  ['nothing wanted, nothing drawn, measures nothing', [asked('a', [0, 0, [], 0])], [null, null, null]],
  [
    'two questions of one image: 1 + 0 over P = 1 + 3',
    [asked('a', [1, 1, [[10, 10]], 0]), asked('a', [3, 0, [], 30])],
    [0.25, 0.25, 0.5],
  ],
  [
    'two images weigh the same, whatever they hold',
    [asked('a', [1, 1, [[10, 10]], 0]), asked('b', [3, 0, [], 30])],
    [0.5, 0.25, 0.5],
  ],
  [
    'words that do not fit take the intersection away and leave the union',
    [
      asked(
        'a',
        [
          2,
          2,
          [
            [10, 10],
            [5, 10],
          ],
          0,
        ],
        [0.9, 0.4],
      ),
    ],
    [0.5, 0.5, 0.5],
  ],
  ['a score of one half does not fit', [asked('a', [1, 1, [[10, 10]], 0], [0.5])], [0, 0, 0]],
  [
    'a judge who gave too few scores fits none of the rest',
    [asked('a', [1, 1, [[10, 10]], 0], [])],
    [0, 0, 0],
  ],
])('%s', (_name, questions, [gIoU, cIoU, perQuestion]) => {
  expect(paperParts(questions).all).toMatchObject({ gIoU, cIoU, gIoUPerQuestion: perQuestion });
});

test('the test set’s parts are of fewer than three targets, and of three and more', () => {
  const { few, many } = paperParts([
    asked('a', [
      2,
      2,
      [
        [1, 1],
        [1, 1],
      ],
      0,
    ]),
    asked('a', [
      3,
      3,
      [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
      0,
    ]),
    asked('b', [4, 0, [], 8]),
  ]);
  expect(few).toMatchObject({ images: 1, questions: 1, gIoU: 1, cIoU: 1 });
  expect(many).toMatchObject({ images: 2, questions: 2, gIoU: 0.25, cIoU: 3 / 14 });
});
