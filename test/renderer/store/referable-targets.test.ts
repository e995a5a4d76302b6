import { expect, test } from 'vitest';
import { applyToDocument } from '../../../electron/common/document/apply-to-document.ts';
import { emptyDocument } from '../../../renderer/store/document.ts';
import { matchingTargets, referableTargets } from '../../../renderer/store/referable-targets.ts';
import type { AnnotationRecord, Entity } from '../../../electron/common/document/records.ts';
import {
  aCategory,
  aCategoryId,
  aTarget,
  anAnnotation,
  anAnnotationId,
  anImage,
  anImageId,
} from '../../helpers/records.ts';

const targetsWith = (...entities: readonly Entity[]) =>
  referableTargets(
    applyToDocument(emptyDocument, { added: [anImage(), ...entities], changed: [], removed: [] }),
    anImageId('image-1'),
  );
const named = (name: string, order: number, fields: Partial<AnnotationRecord> = {}): AnnotationRecord =>
  anAnnotation({ id: anAnnotationId(`mask-${order}`), name, order, ...fields });
const shown = (...entities: readonly Entity[]) => targetsWith(...entities).map((target) => target.shown);

test('targets are offered topmost first, as the list shows them', () => {
  expect(shown(named('plate', 1), named('cup', 2))).toEqual(['cup', 'plate']);
});

test('targets of one name get numbers, whatever their case, and the model is told the name alone', () => {
  const targets = targetsWith(named('cup', 1), named('Cup', 2), named('plate', 3));
  expect(targets.map(({ shown: name, words }) => [name, words])).toEqual([
    ['plate', 'plate'],
    ['Cup 2', 'Cup'],
    ['cup 1', 'cup'],
  ]);
});

test('a number that is the name of another target is passed over', () => {
  expect(shown(named('cup', 1), named('cup 1', 2), named('cup', 3))).toEqual(['cup 3', 'cup 1', 'cup 2']);
});

test('numbers follow the order in which targets were made, not how they lie', () => {
  const late = named('cup', 1, { createdAt: '2026-11-22T13:00:00.000Z' });
  expect(shown(late, named('cup', 2))).toEqual(['cup 1', 'cup 2']);
});

test('a long name is shortened between whole characters and told in full', () => {
  const family = '👨‍👩‍👧‍👦';
  const [target] = targetsWith(named(`${'x'.repeat(55)}${family}${'y'.repeat(300)}`, 1));
  expect(target?.shown).toBe(`${'x'.repeat(55)}…`);
  expect(target?.words).toHaveLength(55 + family.length + 300);
});

test('names on several lines are told on one; without a name the phrase, then the category names a target', () => {
  const category = aCategory({ name: '🍎 fruit' });
  const answered = named('', 2);
  expect(
    shown(
      category,
      named('red\n  cup', 1),
      answered,
      aTarget({ annotationId: answered.id, phrase: 'the old clock' }),
      named(' ', 3, { categoryId: aCategoryId('category-1') }),
      named('', 4),
    ),
  ).toEqual(['target', '🍎 fruit', 'the old clock', 'red cup']);
});

test('typing finds by name first, then by any part of name or category', () => {
  const category = aCategory({ name: 'cutlery' });
  const targets = targetsWith(
    category,
    named('spoon', 1, { categoryId: category.id }),
    named('red cup', 2),
    named('Cupboard', 3),
  );
  const found = (query: string) => matchingTargets(targets, query).map((target) => target.shown);
  expect([found('cu'), found('SPOON'), found('zebra'), found(' ').length]).toEqual([
    ['Cupboard', 'red cup', 'spoon'],
    ['spoon'],
    [],
    3,
  ]);
});
