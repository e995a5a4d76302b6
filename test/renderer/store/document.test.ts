import { expect, test } from 'vitest';
import { type EntityMap, applyDiff } from '../../../electron/common/document/diff.ts';
import type { Diff, Entity } from '../../../electron/common/document/records.ts';
import {
  type DocumentState,
  applyToDocument,
  emptyDocument,
  stillStands,
} from '../../../renderer/store/document.ts';
import { aCategory, aCategoryId, anAnnotation, anAnnotationId, everyKind } from '../../helpers/records.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

const asDiff = (added: readonly Entity[]): Diff => ({ added, changed: [], removed: [] });
const entitiesOf = (document: DocumentState): ReadonlySet<string> =>
  new Set(
    [
      ...document.images.values(),
      ...document.categories.values(),
      ...document.annotations.values(),
      ...document.turns.values(),
      ...document.targets.values(),
    ].map((record) => JSON.stringify(record)),
  );

test('the maps by kind hold what the plain map of all records holds, for any sequence of changes', () => {
  const random = seededRandom(11);
  let document = emptyDocument;
  let plain: EntityMap = new Map();
  for (let step = 0; step < 300; step += 1) {
    const diff = randomDiff(plain, random, step);
    document = applyToDocument(document, diff);
    plain = applyDiff(plain, diff);
    expect(entitiesOf(document)).toEqual(
      new Set([...plain.values()].map((record) => JSON.stringify(record))),
    );
  }
});

test('maps of kinds that a change does not touch stay the same object', () => {
  const before = applyToDocument(emptyDocument, asDiff(everyKind));
  const after = applyToDocument(before, asDiff([aCategory({ id: aCategoryId('category-2') })]));
  expect(after.annotations).toBe(before.annotations);
  expect(after.images).toBe(before.images);
  expect(after.categories).not.toBe(before.categories);
});

test('records that a change does not touch keep their identity', () => {
  const other = anAnnotation({ id: anAnnotationId('other') });
  const before = applyToDocument(emptyDocument, asDiff([anAnnotation(), other]));
  const after = applyToDocument(before, {
    added: [],
    changed: [[anAnnotation(), anAnnotation({ name: 'blue cup' })]],
    removed: [],
  });
  expect(after.annotations.get(other.id)).toBe(before.annotations.get(other.id));
});

test('a change still stands when the records are equal, whatever the order of their keys', () => {
  const record = anAnnotation();
  const turned = Object.fromEntries(Object.entries(record).reverse()) as typeof record;
  const document = applyToDocument(emptyDocument, asDiff([record]));
  const change: Diff = { added: [], changed: [[turned, { ...record, name: 'x' }]], removed: [] };
  expect(stillStands(document, change)).toBe(true);
});

test.each<[string, Diff]>([
  [
    'the record was changed since',
    { added: [], changed: [[anAnnotation({ name: 'old' }), anAnnotation()]], removed: [] },
  ],
  ['the record is gone', { added: [], changed: [], removed: [anAnnotation({ id: anAnnotationId('gone') })] }],
  ['the record to add is there already', asDiff([anAnnotation()])],
])('a change no longer stands when %s', (_why, diff) => {
  expect(stillStands(applyToDocument(emptyDocument, asDiff([anAnnotation()])), diff)).toBe(false);
});

function randomDiff(entities: EntityMap, random: () => number, step: number): Diff {
  const records = [...entities.values()];
  const picked = records.filter(() => random() < 0.2).slice(0, 4);
  const removed = picked.filter(() => random() < 0.4);
  const changed = picked
    .filter((record) => !removed.includes(record))
    .map((record) => [record, { ...record, order: random() } as Entity] as const);
  const added = Array.from({ length: randomInteger(random, 0, 3) }, (_, index) =>
    index % 2 === 0
      ? anAnnotation({ id: anAnnotationId(`a${step}-${index}`) })
      : aCategory({ id: aCategoryId(`c${step}-${index}`) }),
  );
  return { added, changed, removed };
}
