import { expect, test } from 'vitest';
import { documentOfRecords } from '../../../../electron/common/document/apply-to-document.ts';
import {
  attributeValue,
  initialAttributes,
  renamedAttribute,
  withAttribute,
} from '../../../../electron/common/document/attributes.ts';
import { withComment, withoutComment } from '../../../../electron/common/document/comments.ts';
import type { Attribute } from '../../../../electron/common/document/records.ts';
import { aCategory, anAnnotation, anAnnotationId, anImage } from '../../../helpers/records.ts';

const attribute = (type: Attribute['type'], initial: Attribute['initial'] = null): Attribute => ({
  name: type,
  type,
  choices: type === 'choice' ? ['red', 'blue'] : [],
  initial,
});
const { id } = anAnnotation();

test('a new target starts with what its class says, and only that', () => {
  const attributes = [
    attribute('flag', false),
    attribute('number', 0),
    attribute('text'),
    attribute('choice', 'red'),
  ];
  expect(initialAttributes(aCategory({ attributes }))).toEqual({ flag: false, number: 0, choice: 'red' });
  expect(initialAttributes(undefined)).toEqual({});
});

test.each<[Attribute['type'], string, ReturnType<typeof attributeValue>]>([
  ['choice', ' red ', 'red'],
  ['choice', 'green', undefined],
  ['number', '-2.5', -2.5],
  ['number', 'many', undefined],
  ['number', 'Infinity', undefined],
  ['flag', 'true', true],
  ['flag', 'yes', undefined],
  ['text', ' any words ', 'any words'],
  ['text', '  ', null],
])('typed into a %s, %j is kept as %j', (type, typed, value) => {
  expect(attributeValue(attribute(type), typed)).toBe(value);
});

test('an attribute is said and taken back, whatever it is called', () => {
  for (const name of ['colour', '__proto__', 'constructor']) {
    const [, said] = withAttribute(documentOfRecords([anAnnotation()]), [id], name, 'red').changed[0]!;
    expect(Object.entries((said as ReturnType<typeof anAnnotation>).attributes)).toEqual([[name, 'red']]);
    expect(withAttribute(documentOfRecords([said]), [id], name, 'red').changed).toEqual([]);
    expect(withAttribute(documentOfRecords([said]), [id], name, null).changed[0]?.[1]).toEqual(
      anAnnotation(),
    );
  }
});

test('comments are added behind the others and taken away again, on images and targets', () => {
  const at = '2026-11-27T02:00:00.000Z';
  const document = documentOfRecords([anImage(), anAnnotation()]);
  for (const place of [
    { kind: 'image', id: anImage().id },
    { kind: 'annotation', id },
  ] as const) {
    const [, after] = withComment(document, place, ' look again ', at).changed[0]!;
    expect(after).toMatchObject({ comments: [{ text: 'look again', at }] });
    const [, back] = withoutComment(documentOfRecords([after]), place, 0).changed[0]!;
    expect(back).toMatchObject({ comments: [] });
    expect(withComment(document, place, '   ', at).changed).toEqual([]);
  }
});

test('what was said of targets goes with an attribute that is renamed, over nothing that was said, in its class alone', () => {
  const category = aCategory({ attributes: [attribute('flag'), attribute('text')] });
  const of = (name: string, fields: Parameters<typeof anAnnotation>[0]) =>
    anAnnotation({ id: anAnnotationId(name), categoryId: category.id, ...fields });
  const said = of('said', { attributes: { flag: true, text: 'a' } });
  const both = of('both', { attributes: { flag: true, hidden: 'no' } });
  const other = of('other', { categoryId: null, attributes: { flag: true } });
  const document = documentOfRecords([anImage(), category, said, both, other]);
  expect(renamedAttribute(document, category, 'flag', 'hidden')).toEqual({
    added: [],
    changed: [
      [category, { ...category, attributes: [{ ...attribute('flag'), name: 'hidden' }, attribute('text')] }],
      [said, { ...said, attributes: { hidden: true, text: 'a' } }],
    ],
    removed: [],
  });
});
