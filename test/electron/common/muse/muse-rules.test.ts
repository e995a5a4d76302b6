import { expect, test } from 'vitest';
import {
  problemsOf,
  type MuseItem,
  type MuseItemTarget,
} from '../../../../electron/common/muse/muse-rules.ts';

function aTarget(description: string, fields: Partial<MuseItemTarget> = {}): MuseItemTarget {
  return { description, category: 'cup', ofThisCategory: 1, instance: description, ...fields };
}

function anItem(fields: Partial<MuseItem> = {}): MuseItem {
  return {
    question: 'What could one drink tea from here?',
    answer: 'From the red mug {seg} or the glass {seg}.',
    targets: [aTarget('the red mug'), aTarget('the glass by the window')],
    ...fields,
  };
}

const rulesOf = (fields: Partial<MuseItem>): string[] => problemsOf(anItem(fields)).map(({ rule }) => rule);

test('a sound question has no problem', () => {
  expect(problemsOf(anItem(), { language: 'English' })).toEqual([]);
});

test.each<[string, Partial<MuseItem>, string[]]>([
  ['no question', { question: '  ' }, ['no-question']],
  ['{seg} in the question', { question: 'Where is {seg}?' }, ['seg-in-question']],
  ['braces in the question', { question: 'Where is {it}?' }, ['braces']],
  ['an id in the question', { question: 'What is object 3 for?' }, ['names-ids']],
  ['coordinates in the question', { question: 'What is at [10, 20, 30, 40]?' }, ['names-ids']],
  ['a question without end', { question: 'What '.repeat(200) }, ['too-long']],
  ['one {seg} too few', { answer: 'From the red mug {seg}.' }, ['seg-count']],
  ['no words at all', { answer: '{seg} {seg}' }, ['no-answer', 'unnamed-target', 'unnamed-target']],
  ['nothing said before a {seg}', { answer: '{seg} and the glass {seg}.' }, ['unnamed-target']],
  ['braces in the answer', { answer: 'The {red} mug {seg}, the glass {seg}.' }, ['braces']],
  ['tokens of the model', { answer: 'The mug {seg}, the glass {seg} [SEG].' }, ['codebook-text']],
  ['no instance', { answer: 'Nothing.', targets: [] }, ['no-target']],
  [
    'one instance twice',
    { targets: [aTarget('a mug', { instance: 'x' }), aTarget('a glass', { instance: 'x' })] },
    ['instance-twice'],
  ],
  [
    'the same description',
    { targets: [aTarget('The cup', { instance: 'a' }), aTarget('a cup.', { instance: 'b' })] },
    ['same-description'],
  ],
  ['no description', { targets: [aTarget('the mug'), aTarget('...')] }, ['no-description']],
  [
    'the bare class name of one of two',
    { targets: [aTarget('the cups', { ofThisCategory: 2 }), aTarget('the glass')] },
    ['bare-class-name'],
  ],
  ['the bare class name of the only one', { targets: [aTarget('the cup'), aTarget('the glass')] }, []],
  [
    'a box in a description',
    { targets: [aTarget('the mug at [1, 2, 3, 4]'), aTarget('the glass')] },
    ['names-ids'],
  ],
])('%s', (_name, fields, rules) => {
  expect(rulesOf(fields)).toEqual(rules);
});

test('more instances than the paper’s most are told', () => {
  const targets = Array.from({ length: 35 }, (_, index) =>
    aTarget(`the cup number ${'i'.repeat(index + 1)}`),
  );
  const answer = targets.map(({ description }) => `${description} {seg}`).join(', ');
  expect(rulesOf({ answer, targets })).toEqual(['too-many-targets']);
});

test('another script is told where English is wanted, and only there', () => {
  const item = anItem({
    question: '可以用什么喝茶？',
    answer: '用红杯子{seg}或玻璃杯{seg}。',
    targets: [aTarget('红杯子'), aTarget('玻璃杯')],
  });
  expect(problemsOf(item, { language: 'English' }).map(({ rule }) => rule)).toEqual(['other-language']);
  expect(problemsOf(item, { language: 'Chinese' })).toEqual([]);
});
