import { describe, expect, test } from 'vitest';
import {
  type Draft,
  emptyDraft,
  joinedDrafts,
  mentionAt,
  retyped,
  trimmedDraft,
  withReference,
} from '../../../renderer/store/draft.ts';
import {
  areReferencesInPlace,
  questionPieces,
  toldQuestion,
} from '../../../electron/common/document/references.ts';
import { anAnnotationId } from '../../helpers/records.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

const cup = { shown: 'cup 2', words: 'cup', annotationId: anAnnotationId('cup') };
const plate = { shown: 'plate', words: 'plate', annotationId: anAnnotationId('plate') };
const at = (start: number, end = start) => ({ start, end });
/** "[cup 2]" where words mean a target. */
const read = ({ text, references }: Draft): string =>
  questionPieces({ question: text, references })
    .map((piece) => (piece.reference === null ? piece.text : `[${piece.text}]`))
    .join('');
const typed = (text: string, ...names: readonly (typeof cup)[]): Draft => {
  let draft = retyped(emptyDraft, text);
  for (const name of names) {
    const start = draft.text.indexOf('@');
    draft = withReference(draft, at(start, start + 1), name).draft;
  }
  return draft;
};

test('a chosen target takes the place of what was typed after the "@"', () => {
  const draft = retyped(emptyDraft, 'Is @cu full?');
  expect(read(withReference(draft, at(3, 6), cup).draft)).toBe('Is [cup 2] full?');
});

test.each([
  ['at the end', 'Is ', at(3), 'Is [cup 2]'],
  ['right after a word', 'Is', at(2), 'Is [cup 2]'],
  ['before a word', 'Is full?', at(3), 'Is [cup 2] full?'],
  ['before a question mark', 'Is ?', at(3), 'Is [cup 2]?'],
  ['in an empty question', '', at(0), '[cup 2]'],
])('a reference put in %s has a space where it needs one', (_where, text, place, wanted) => {
  expect(read(withReference(retyped(emptyDraft, text), place, cup).draft)).toBe(wanted);
});

describe('typing around references', () => {
  const draft = typed('Is @ on @?', cup, plate);
  test.each([
    ['in front of them moves them', 'Well: Is cup 2 on plate?', 'Well: Is [cup 2] on [plate]?'],
    ['between them moves the second', 'Is cup 2 really on plate?', 'Is [cup 2] really on [plate]?'],
    ['behind them changes nothing', 'Is cup 2 on plate? Or not?', 'Is [cup 2] on [plate]? Or not?'],
    ['inside one makes it plain words', 'Is cup 22 on plate?', 'Is [cup 2]2 on [plate]?'],
    ['that cuts one makes it plain words', 'Is cu on plate?', 'Is cu on [plate]?'],
    ['over everything leaves none', '?', '?'],
  ])('%s', (_what, text, wanted) => {
    expect(read(retyped(draft, text))).toBe(wanted);
  });

  test('whatever is typed, the references that are left still say their words', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 500; round += 1) {
      const [start, end] = [randomInteger(random, 0, 20), randomInteger(random, 0, 20)].sort((a, b) => a - b);
      const text = `${draft.text.slice(0, start)}${'cup '.slice(0, randomInteger(random, 0, 5))}${draft.text.slice(end)}`;
      const next = retyped(draft, text);
      expect(areReferencesInPlace({ question: next.text, references: next.references })).toBe(true);
      for (const { start: from, end: to, annotationId } of next.references) {
        expect(text.slice(from, to)).toBe(annotationId === cup.annotationId ? cup.shown : plate.shown);
      }
    }
  });
});

test('a question is asked without the space around it, its references with it', () => {
  const draft = retyped(retyped(typed('@ is full', cup), ' \n cup 2 is full'), ' \n cup 2 is full ');
  expect(read(trimmedDraft(draft))).toBe('[cup 2] is full');
});

test('the model is told the plain words', () => {
  const { text, references } = typed('Is @ on @?', cup, plate);
  expect(toldQuestion({ question: text, references })).toBe('Is cup on plate?');
});

test.each([
  ['@', 1, { start: 0, query: '' }],
  ['Is @re', 6, { start: 3, query: 're' }],
  ['Is @red cu on', 10, { start: 3, query: 'red cu' }],
  ['("@', 3, { start: 2, query: '' }],
  ['a@b', 3, null],
  ['Is it?', 6, null],
  ['at @ five', 9, null],
  ['@one\ntwo', 8, null],
  [`@${'x'.repeat(61)}`, 62, null],
  ['', 0, null],
])('in %j with the caret at %i, what is looked for is %j', (text, caret, wanted) => {
  expect(mentionAt(text, caret)).toEqual(wanted);
});

test('drafts put under each other keep their references on their words', () => {
  const reference = { annotationId: anAnnotationId('a'), words: 'cup', start: 4, end: 7 };
  const draft = { text: 'The cup?', references: [reference] };
  const both = joinedDrafts(draft, draft);
  expect(both.references.map(({ start, end }) => both.text.slice(start, end))).toEqual(['cup', 'cup']);
  expect(joinedDrafts(emptyDraft, draft)).toEqual(draft);
  expect(joinedDrafts(draft, emptyDraft)).toEqual(draft);
});
