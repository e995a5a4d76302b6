import { expect, test } from 'vitest';
import { newTarget, newTurn } from '../../../../electron/common/document/new-records.ts';
import {
  answerRecords,
  markedAnswer,
  withMark,
  withoutMarks,
} from '../../../../electron/common/muse/marked-answer.ts';
import { anAnnotationId, anImageId, aTargetId, aTurnId } from '../../../helpers/records.ts';

/** The answer as a person reads it, and the words of each target. */
function read(answer: string, names: readonly string[] = []): readonly [string, readonly string[]] {
  const { text, phrases } = withoutMarks(answer, names);
  return [text, phrases.map(({ start, end }) => text.slice(start, end))];
}

test('a phrase is the words before its {seg}, and no word names two targets', () => {
  expect([
    read('From the red cup {seg} or a mug {seg}.'),
    read('No mark at all.'),
    read('{seg}{seg} both'),
    read('The cups {seg} {seg}.'),
    read(''),
  ]).toEqual([
    ['From the red cup or a mug.', ['the red cup', 'a mug']],
    ['No mark at all.', []],
    [' both', ['', '']],
    ['The cups.', ['The cups', '']],
    ['', []],
  ]);
});

test('a name that its file tells is found before its {seg}, with the article, whatever its capitals; another name is not', () => {
  expect([
    read('Take THE cup of tea {seg} now.', ['Cup of tea']),
    read('Sofa, bathe cup {seg}', ['cup']), // "the" is part of a word there
    read('Take the mug {seg}.', ['cup']),
    read('cup {seg} cup {seg}', ['cup', 'cup cup']), // half of the second name belongs to the first target
  ]).toEqual([
    ['Take THE cup of tea now.', ['THE cup of tea']],
    ['Sofa, bathe cup', ['cup']],
    ['Take the mug.', ['the mug']],
    ['cup cup', ['cup', 'cup']],
  ]);
});

test('records of an answer are written again as it stood; targets beyond its marks have no words', () => {
  const answer = 'From the red cup {seg} or the mug {seg}.';
  const recordOf = (id: string, index: number, phrase: string) =>
    newTarget({
      ...{ id: aTargetId(id), turnId: aTurnId('t'), index, phrase },
      ...{ description: null, annotationId: anAnnotationId(id) },
    });
  const { parts, targets } = answerRecords(withoutMarks(answer), ['cup', 'mug', 'jug'], recordOf);
  expect(targets.map(({ phrase }) => phrase)).toEqual(['the red cup', 'the mug', '']);
  const turn = newTurn({
    ...{ id: aTurnId('t'), imageId: anImageId('i'), order: 0, question: 'What?', answer: parts },
    ...{ outcome: 'answered', createdAt: '2026-11-27T12:00:00.000Z' },
  });
  expect(markedAnswer(turn, targets.slice(0, 2)).answer).toBe(answer);
});

test('{seg} has one space before it, and none at the beginning', () => {
  expect(['', 'cup', 'cup '].map(withMark)).toEqual(['{seg}', 'cup {seg}', 'cup {seg}']);
});
