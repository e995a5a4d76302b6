import { expect, test } from 'vitest';
import type { AnnotationRecord, Diff, Entity, Rle } from '../../../../electron/common/document/records.ts';
import { encodeRle } from '../../../../electron/common/rle.ts';
import { checkChange } from '../../../../electron/backend/project/check-change.ts';
import type { EntityMap } from '../../../../electron/common/document/diff.ts';
import { categorised, withoutCategory } from '../../../../electron/common/document/categories.ts';
import { applyToDocument } from '../../../../electron/common/document/apply-to-document.ts';
import { type Document, noRecords } from '../../../../electron/common/document/document.ts';
import { withoutImages } from '../../../../electron/common/document/removal.ts';
import {
  duplicatedTargets,
  maskFields,
  mergedTargets,
  reorderedTarget,
  revertedTargets,
  withoutTargets,
} from '../../../../electron/common/document/target-edits.ts';
import {
  aCategory,
  aCategoryId,
  aTarget,
  aTargetId,
  aTurn,
  anAnnotation,
  anAnnotationId,
  anImage,
  anImageId,
} from '../../../helpers/records.ts';
import { applyDiff } from '../../../helpers/apply-diff.ts';
import { standingOf } from '../../../helpers/standing-of.ts';

const row = (y: number): Rle => {
  const data = new Uint8Array(12);
  data.fill(1, y * 4, y * 4 + 4);
  return encodeRle({ width: 4, height: 3, data });
};
const top = anAnnotation({
  id: anAnnotationId('top'),
  order: 1,
  source: 'model',
  ...maskFields(row(0)),
  modelMask: row(0),
});
const middle = anAnnotation({ id: anAnnotationId('middle'), order: 2, ...maskFields(row(1)) });
const low = anAnnotation({ id: anAnnotationId('low'), order: 3, ...maskFields(row(2)) });
const targets = [top, middle].map((mask, index) =>
  aTarget({ id: aTargetId(`t${index}`), index, annotationId: mask.id }),
);
const records: readonly Entity[] = [anImage(), aTurn(), top, middle, low, ...targets];
const documentWith = (entities: readonly Entity[]): Document =>
  applyToDocument(noRecords, { added: entities, changed: [], removed: [] });

/** The records after the change, which the store itself must find sound. */
function applied(entities: readonly Entity[], diff: Diff): EntityMap {
  const after = applyDiff(new Map(entities.map((entity) => [entity.id, entity])), diff);
  checkChange(standingOf(after), diff);
  return after;
}

const meaning = (...ids: readonly (typeof top.id)[]) =>
  aTurn({
    question: 'Are cup and cup one?',
    references: ids.map((annotationId, at) => ({
      start: 4 + 8 * at,
      end: 7 + 8 * at,
      annotationId,
      words: 'cup',
    })),
  });

test('deleting a target leaves the question that refers to it as it is: undo brings the link back', () => {
  const turn = meaning(top.id, low.id);
  const entities = [anImage(), turn, top, middle, low];
  const after = applied(entities, withoutTargets(documentWith(entities), [top.id]));
  expect([after.has(top.id), after.get(turn.id)]).toEqual([false, turn]);
});

test('questions that refer to merged targets mean the one that is left', () => {
  const entities = [anImage(), meaning(middle.id, low.id), top, middle, low];
  const after = applied(entities, mergedTargets(documentWith(entities), [top.id, middle.id]));
  expect(after.get(meaning().id)).toEqual(meaning(top.id, low.id));
});

test('deleting a target leaves its phrase in the answer, naming nothing', () => {
  const after = applied(records, withoutTargets(documentWith(records), [top.id]));
  expect([after.has(top.id), after.get(aTargetId('t0'))]).toEqual([
    false,
    { ...targets[0], annotationId: null },
  ]);
});

test('a locked target is not deleted, merged or reverted', () => {
  const entities = records.map((record) => (record.id === top.id ? { ...top, locked: true } : record));
  const document = documentWith(entities);
  for (const diff of [
    withoutTargets(document, [top.id]),
    mergedTargets(document, [top.id, middle.id]),
    revertedTargets(document, [top.id]),
  ]) {
    expect(diff).toEqual({ added: [], changed: [], removed: [] });
  }
});

test('merging gives the first target all pixels, and every phrase that named the others', () => {
  const after = applied(records, mergedTargets(documentWith(records), [top.id, middle.id, low.id]));
  expect(after.get(top.id)).toMatchObject({ area: 12, bbox: [0, 0, 4, 3], edited: true, name: top.name });
  expect([after.get(aTargetId('t0')), after.get(aTargetId('t1'))]).toMatchObject([
    { annotationId: 'top' },
    { annotationId: 'top' },
  ]);
  expect([after.has(middle.id), after.has(low.id)]).toEqual([false, false]);
});

test('a merged target that several phrases name can still be deleted', () => {
  const merged = [...applied(records, mergedTargets(documentWith(records), [top.id, middle.id])).values()];
  const after = applied(merged, withoutTargets(documentWith(merged), [top.id]));
  expect([...after.values()].filter((record) => record.kind === 'target')).toMatchObject([
    { annotationId: null },
    { annotationId: null },
  ]);
});

test('merging one target is nothing to do', () => {
  expect(mergedTargets(documentWith(records), [top.id])).toEqual({ added: [], changed: [], removed: [] });
});

test('a copy is a person’s own, lies right above its original and has another colour', () => {
  const diff = duplicatedTargets(documentWith(records), [top.id]);
  applied(records, diff);
  const [copy] = diff.added;
  expect(copy).toMatchObject({
    name: `${top.name} copy`,
    source: 'person',
    modelMask: null,
    hasLogits: false,
    order: 1.5,
  });
  expect(copy?.kind === 'annotation' && copy.colour).not.toBe(top.colour);
});

test('a copy of what has only its class’s name is one more of that class', () => {
  const [cup, spoon] = ['Cup ', 'spoon'].map((name) =>
    anAnnotation({ id: anAnnotationId(name), name, categoryId: aCategory().id }),
  );
  const document = documentWith([anImage(), aCategory({ name: 'cup' }), cup!, spoon!]);
  const copies = duplicatedTargets(document, [cup!.id, spoon!.id]).added;
  expect(copies.map((copy) => copy.kind === 'annotation' && copy.name)).toEqual(['Cup ', 'spoon copy']);
});

test('reverting brings back the model’s mask with its figures', () => {
  const edited = { ...top, ...maskFields(row(2)), edited: true };
  const entities = [anImage(), edited];
  const after = applied(entities, revertedTargets(documentWith(entities), [top.id]));
  expect(after.get(top.id)).toEqual({ ...top, edited: false });
});

test.each([
  ['top', 'low', 'above', ['middle', 'low', 'top']],
  ['top', 'middle', 'above', ['middle', 'top', 'low']],
  ['low', 'top', 'below', ['low', 'top', 'middle']],
  ['low', 'middle', 'below', ['top', 'low', 'middle']],
  ['middle', 'middle', 'above', ['top', 'middle', 'low']],
] as const)('dropping %s on %s (%s) orders them so', (id, next, place, order) => {
  const diff = reorderedTarget(documentWith(records), {
    id: anAnnotationId(id),
    next: anAnnotationId(next),
    place,
  });
  const masks = [...applied(records, diff).values()].flatMap((record) =>
    record.kind === 'annotation' ? [record] : [],
  );
  expect(masks.sort((a, b) => a.order - b.order).map((mask) => mask.id)).toEqual(order);
});

test('a new category is made once, whatever its capitals', () => {
  const made = categorised(documentWith(records), [top.id, middle.id], ' Mug ');
  const after = [...applied(records, made).values()];
  const again = categorised(documentWith(after), [low.id], 'mug');
  expect([made.added.length, again.added.length]).toEqual([1, 0]);
  expect(made.added[0]).toMatchObject({ kind: 'category', name: 'Mug' });
});

test('in another class a drawn target is called as it is, where nobody named it; what a person or an answer named keeps its name', () => {
  const [cup, mug] = [aCategory(), aCategory({ id: aCategoryId('mug'), name: 'mug', order: 2 })];
  const target = (name: string, fields: Partial<AnnotationRecord> = {}) =>
    anAnnotation({ id: anAnnotationId(name), name, categoryId: cup.id, ...fields });
  const targets = [
    target(cup.name),
    target('Target 3', { categoryId: null }),
    target('my own'),
    target(`${cup.name} `, { source: 'model' }),
    target(`${cup.name}  `, { source: 'import' }),
    target('Target 4', { source: 'import' }),
  ];
  const diff = categorised(
    documentWith([anImage(), cup, mug, ...targets]),
    targets.map(({ id }) => id),
    'mug',
  );
  expect(diff.changed.map(([, after]) => (after.kind === 'annotation' ? after.name : ''))).toEqual([
    'mug',
    'mug',
    'my own',
    `${cup.name} `,
    'mug',
    'Target 4',
  ]);
});

test('a removed category leaves its targets without one', () => {
  const entities = [anImage(), aCategory(), anAnnotation({ categoryId: aCategoryId('category-1') })];
  const after = applied(entities, withoutCategory(documentWith(entities), aCategoryId('category-1')));
  expect(
    [...after.values()].map((record) => (record.kind === 'annotation' ? record.categoryId : record.kind)),
  ).toEqual(['image', null]);
});

test('a removed image takes its masks and conversation with it', () => {
  const after = applied(records, withoutImages(documentWith(records), [anImageId('image-1')]));
  expect(after.size).toBe(0);
});
