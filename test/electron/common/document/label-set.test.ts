import { expect, test } from 'vitest';
import { checkChange } from '../../../../electron/backend/project/check-change.ts';
import {
  applyToDocument,
  documentOfRecords,
} from '../../../../electron/common/document/apply-to-document.ts';
import {
  type Label,
  categoryOfKey,
  duplicateCategories,
  matchingCategories,
  mergedCategories,
  renamedCategory,
  reorderedCategory,
  withLabels,
} from '../../../../electron/common/document/label-set.ts';
import type {
  AnnotationRecord,
  Attribute,
  Diff,
  Entity,
} from '../../../../electron/common/document/records.ts';
import { entity } from '../../../../electron/common/document/records.ts';
import { categoriesInOrder } from '../../../../electron/common/document/views.ts';
import {
  aCategory,
  aCategoryId,
  anAnnotation,
  anAnnotationId,
  anImage,
  anImageId,
} from '../../../helpers/records.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';
import { applyDiff } from '../../../helpers/apply-diff.ts';
import { standingOf } from '../../../helpers/standing-of.ts';

const category = (name: string, order: number, fields: Parameters<typeof aCategory>[0] = {}) =>
  aCategory({ id: aCategoryId(`${name}@${order}`), name, order, ...fields });
const names = (document: ReturnType<typeof documentOfRecords>) =>
  categoriesInOrder(document.categories).map(({ name }) => name);
const colour: Attribute = { name: 'colour', type: 'choice', choices: ['red', 'blue'], initial: null };

function applied(records: readonly Entity[], diff: Diff) {
  checkChange(standingOf(applyDiff(new Map(records.map((record) => [record.id, record])), diff)), diff);
  for (const record of diff.added) entity.parse(record);
  return applyToDocument(documentOfRecords(records), diff);
}

test('labels come behind the classes that are there, in their order, each once', () => {
  const labels: readonly Label[] = [
    { name: 'plate' },
    { name: ' CUP ' },
    { name: 'Fork', supercategory: 'cutlery' },
    { name: 'plate', supercategory: 'dishes' },
    { name: '  ' },
  ];
  const records = [category('cup', 1)];
  const after = applied(records, withLabels(documentOfRecords(records), labels));
  expect(categoriesInOrder(after.categories)).toMatchObject([
    { name: 'cup' },
    { name: 'plate', supercategory: 'dishes' },
    { name: 'Fork', supercategory: 'cutlery' },
  ]);
});

test('a class gains what it had not said, and keeps what it had', () => {
  const size: Attribute = { name: 'size', type: 'number', choices: [], initial: 3 };
  const records = [category('cup', 1, { supercategory: 'kitchen', attributes: [colour] })];
  const label = { name: 'cup', supercategory: 'other', attributes: [{ ...colour, choices: [] }, size] };
  const after = applied(records, withLabels(documentOfRecords(records), [label]));
  expect(categoriesInOrder(after.categories)).toMatchObject([
    { supercategory: 'kitchen', attributes: [colour, size] },
  ]);
  expect(withLabels(after, [label])).toEqual({ added: [], changed: [], removed: [] });
});

test.each([
  ['300 characters', 'x'.repeat(300)],
  ['more characters than fit', '🍵'.repeat(800)],
  ['emoji', '👩‍🍳🍵'],
  ['right to left', 'كوب'],
  ['the name of a method', 'constructor'],
])('a name of %s is a class that the document takes', (_what, name) => {
  const after = applied([], withLabels(documentOfRecords([]), [{ name }, { name }]));
  expect(after.categories.size).toBe(1);
  expect([...after.categories.values()][0]?.name).not.toMatch(/[\uD800-\uDFFF]/u);
});

test('five thousand classes are taken at once, in order, and a second time change nothing', () => {
  const labels = Array.from({ length: 5_000 }, (_, index) => ({ name: `class ${index}` }));
  const after = applied([], withLabels(documentOfRecords([]), labels));
  expect(names(after)).toEqual(labels.map(({ name }) => name));
  expect(withLabels(after, labels)).toEqual({ added: [], changed: [], removed: [] });
});

test('classes that read alike are found, and merged into the one that is kept with all their targets', () => {
  const [first, second, other] = [
    category('Cup', 1),
    category('cup ', 2, { attributes: [colour] }),
    category('mug', 3),
  ];
  const masks = [first, second, other].map(({ id }, index) =>
    anAnnotation({ id: anAnnotationId(`m${index}`), categoryId: id }),
  );
  const records = [anImage(), first, second, other, ...masks];
  const document = documentOfRecords(records);
  expect(duplicateCategories(document)).toEqual([[first, second]]);
  const after = applied(records, mergedCategories(document, first.id, [second.id, first.id, second.id]));
  expect([...after.annotations.values()].map(({ categoryId }) => categoryId)).toEqual([
    first.id,
    first.id,
    other.id,
  ]);
  expect([names(after), after.categories.get(first.id)?.attributes]).toEqual([['Cup', 'mug'], [colour]]);
});

test('a class is renamed, or the class of that name is told', () => {
  const [cup, mug] = [category('cup', 1), category('mug', 2)];
  const document = documentOfRecords([cup, mug]);
  expect(renamedCategory(document, cup.id, ' tea cup ')).toEqual({
    kind: 'renamed',
    diff: { added: [], changed: [[cup, { ...cup, name: 'tea cup' }]], removed: [] },
  });
  expect(renamedCategory(document, cup.id, 'Cup')).toMatchObject({ kind: 'renamed' });
  expect(renamedCategory(document, cup.id, 'MUG')).toEqual({ kind: 'taken', by: mug });
  expect(renamedCategory(document, cup.id, '   ')).toEqual({ kind: 'unchanged' });
  expect(renamedCategory(document, cup.id, 'cup')).toEqual({ kind: 'unchanged' });
});

test('with a class, targets are renamed that have its name because they were drawn or imported as it; given names stay', () => {
  const [cup, mug] = [category('cup', 1), category('mug', 2)];
  const target = (id: string, name: string, fields: Partial<AnnotationRecord> = {}) =>
    anAnnotation({ id: anAnnotationId(id), name, categoryId: cup.id, ...fields });
  const targets = [
    target('drawn', 'cup'),
    target('elsewhere', 'cup', { imageId: anImageId('other') }),
    target('imported', ' Cup', { source: 'import' }),
    target('named', 'my cup'),
    target('answer', 'cup', { source: 'model' }),
    target('of another class', 'cup', { categoryId: mug.id }),
    target('of none', 'cup', { categoryId: null }),
  ];
  const records = [anImage(), anImage({ id: anImageId('other') }), cup, mug, ...targets];
  const namesAfter = (diff: Diff) =>
    [...applied(records, diff).annotations.values()].map(({ name, categoryId }) => [name, categoryId]);
  const renaming = renamedCategory(documentOfRecords(records), cup.id, 'glass');
  if (renaming.kind !== 'renamed') throw new Error('It was not renamed.');
  expect(namesAfter(renaming.diff)).toEqual([
    ['glass', cup.id],
    ['glass', cup.id],
    ['glass', cup.id],
    ['my cup', cup.id],
    ['cup', cup.id],
    ['cup', mug.id],
    ['cup', null],
  ]);
  expect(namesAfter(mergedCategories(documentOfRecords(records), mug.id, [cup.id]))).toEqual([
    ['mug', mug.id],
    ['mug', mug.id],
    ['mug', mug.id],
    ['my cup', mug.id],
    ['cup', mug.id],
    ['cup', mug.id],
    ['cup', null],
  ]);
});

test('moving classes about any way gives the order a plain list gives', () => {
  const random = seededRandom(17);
  let records: readonly Entity[] = Array.from({ length: 7 }, (_, index) =>
    category(`c${index}`, index < 3 ? 1 : index),
  );
  for (let step = 0; step < 300; step += 1) {
    const document = documentOfRecords(records);
    const before = categoriesInOrder(document.categories);
    const moved = before[randomInteger(random, 0, 7)]!;
    const place = randomInteger(random, -1, 9);
    const after = applied(records, reorderedCategory(document, moved.id, place));
    const others = before.filter(({ id }) => id !== moved.id).map(({ name }) => name);
    const at = Math.max(0, Math.min(6, place));
    expect(names(after)).toEqual([...others.slice(0, at), moved.name, ...others.slice(at)]);
    records = [...after.categories.values()];
  }
});

test('number keys are the first nine, typed letters find the rest, the nearest first', () => {
  const all = ['cup', 'coffee cup', 'cupboard', 'hiccup', 'plate'].map((name, index) =>
    category(name, index + 1),
  );
  const document = documentOfRecords(all);
  expect([1, 5, 6, 9].map((key) => categoryOfKey(document, key)?.name)).toEqual([
    'cup',
    'plate',
    undefined,
    undefined,
  ]);
  expect(matchingCategories(document, 'CUP').map(({ name }) => name)).toEqual([
    'cup',
    'cupboard',
    'coffee cup',
    'hiccup',
  ]);
  expect(matchingCategories(document, ' ')).toHaveLength(5);
});
