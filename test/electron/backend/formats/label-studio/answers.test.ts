import { expect, test } from 'vitest';
import type { TargetToWrite } from '../../../../../electron/backend/formats/dataset/dataset.ts';
import { createLossList } from '../../../../../electron/backend/formats/format.ts';
import { Questions, tagsOf } from '../../../../../electron/backend/formats/label-studio/answers.ts';

const attribute = { choices: [], initial: null };
const classes = [
  {
    ...{ name: 'cup', supercategory: '', colour: '#112233' },
    attributes: [
      { ...attribute, name: 'colour', type: 'choice' as const, choices: ['red', 'blue'] },
      { ...attribute, name: 'broken', type: 'flag' as const },
      { ...attribute, name: 'age', type: 'number' as const },
    ],
  },
];
const aTarget = (attributes: Record<string, string | number | boolean>): TargetToWrite =>
  // Nothing else of a target is looked at.
  ({ record: { id: 't', attributes }, className: 'cup', where: 'cup 1' }) as unknown as TargetToWrite;

test('attributes are answers about one region, and each is asked by a tag of its kind', () => {
  const questions = new Questions(classes);
  const losses = createLossList();
  const size = { original_width: 4 };
  const said = questions.answersOf(
    aTarget({ colour: 'green', broken: false, age: 3, note: 'old', label: 'x' }),
    size,
    losses,
  );
  const result = (type: string, name: string, value: object): object => ({
    ...{ id: 't', type, from_name: name, to_name: 'image', original_width: 4, value },
  });
  expect(said).toEqual([
    result('choices', 'colour', { choices: ['green'] }),
    result('choices', 'broken', { choices: ['false'] }),
    result('number', 'age', { number: 3 }),
    result('textarea', 'note', { text: ['old'] }),
  ]);
  questions.answersOf(aTarget({ age: 'new' }), size, losses);
  expect(losses.losses.map(({ what }) => what)).toEqual([
    'Attributes called as a tag of the picture is (image, label): not written',
    'Attributes of one name and two kinds: the configuration asks for the first',
  ]);
  const asked = 'toName="image" perRegion="true" whenTagName="label" whenLabelValue="cup"';
  expect(tagsOf(questions.list(), (text) => text).join('\n')).toBe(
    [
      `  <Choices name="colour" ${asked} choice="single">`,
      ...['red', 'blue', 'green'].map((each) => `    <Choice value="${each}"/>`),
      '  </Choices>',
      `  <Choices name="broken" ${asked} choice="single">`,
      ...['true', 'false'].map((each) => `    <Choice value="${each}"/>`),
      '  </Choices>',
      `  <Number name="age" ${asked}/>`,
      `  <TextArea name="note" ${asked}/>`,
    ].join('\n'),
  );
});
