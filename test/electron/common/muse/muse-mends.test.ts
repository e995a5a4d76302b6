import { expect, test } from 'vitest';
import { mendedItem } from '../../../../electron/common/muse/muse-mends.ts';
import { problemsOf, type MuseItem, type MuseProblem } from '../../../../electron/common/muse/muse-rules.ts';

const mug = { description: 'the red mug', category: 'cup', ofThisCategory: 1, instance: 'mug' };
const glass = { ...mug, description: 'the glass by the window', instance: 'glass' };

function anItem(fields: Partial<MuseItem> = {}): MuseItem {
  return {
    question: 'What could one drink tea from here?',
    answer: 'From the red mug {seg} or the glass {seg}.',
    targets: [mug, glass],
    ...fields,
  };
}

test.each<[string, Partial<MuseItem>, MuseProblem['rule'], Partial<MuseItem>]>([
  [
    'braces become round',
    { answer: 'The {red} mug {seg}, the glass {seg}.' },
    'braces',
    { answer: 'The (red) mug {seg}, the glass {seg}.' },
  ],
  [
    'tokens become {seg}',
    { answer: 'The mug [SEG0] [SEG1], the glass {seg}.' },
    'codebook-text',
    { answer: 'The mug {seg} , the glass {seg}.' },
  ],
  [
    'a {seg} too many goes',
    { answer: 'The mug {seg}, the glass {seg}, a third {seg}.' },
    'seg-count',
    { answer: 'The mug {seg}, the glass {seg}, a third .' },
  ],
  [
    'what has no {seg} is named at the end',
    { answer: 'The mug {seg}.' },
    'seg-count',
    { answer: 'The mug {seg}, the glass by the window {seg}.' },
  ],
  [
    '{seg} leaves the question',
    { question: 'Where is {seg}?' },
    'seg-in-question',
    { question: 'Where is?' },
  ],
  [
    'an instance that is named twice loses the second mark',
    { targets: [mug, mug] },
    'instance-twice',
    { answer: 'From the red mug {seg} or the glass .', targets: [mug] },
  ],
  [
    'a {seg} without words gets the description',
    { answer: 'From {seg} or the glass {seg}.'.replace('From ', '') },
    'unnamed-target',
    { answer: 'the red mug {seg} or the glass {seg}.' },
  ],
  [
    'the words before a {seg} become the description',
    { targets: [mug, { ...glass, description: ' ' }] },
    'no-description',
    { targets: [mug, { ...glass, description: 'the glass' }] },
  ],
])('%s', (_name, fields, rule, mended) => {
  const item = anItem(fields);
  const problem = problemsOf(item).find((found) => found.rule === rule);
  const after = mendedItem(item, problem ?? { rule, target: null });
  expect(after).toEqual({ ...item, ...mended });
  expect(problemsOf(after ?? item).map((found) => found.rule)).not.toContain(rule);
});

test.each<[string, Partial<MuseItem>, MuseProblem['rule']]>([
  [
    'a class name alone',
    { targets: [{ ...mug, description: 'cup', ofThisCategory: 2 }, glass] },
    'bare-class-name',
  ],
  [
    'one description for two',
    { targets: [mug, { ...glass, description: 'the red mug' }] },
    'same-description',
  ],
  ['no answer', { answer: '' }, 'no-answer'],
])('only a person can mend %s', (_name, fields, rule) => {
  expect(mendedItem(anItem(fields), { rule, target: 0 })).toBeNull();
});
