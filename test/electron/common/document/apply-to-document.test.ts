import { expect, test } from 'vitest';
import type { EntityMap } from '../../../../electron/common/document/diff.ts';
import { checkChange } from '../../../../electron/backend/project/check-change.ts';
import { referencesOf } from '../../../../electron/common/document/pointers.ts';
import type { Diff, Entity } from '../../../../electron/common/document/records.ts';
import { applyToDocument, isApplicable } from '../../../../electron/common/document/apply-to-document.ts';
import { type Document, noRecords } from '../../../../electron/common/document/document.ts';
import { aCategory, aCategoryId, anAnnotation, anAnnotationId, everyKind } from '../../../helpers/records.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';
import { applyDiff } from '../../../helpers/apply-diff.ts';
import { standingOf } from '../../../helpers/standing-of.ts';

const asDiff = (added: readonly Entity[]): Diff => ({ added, changed: [], removed: [] });
const entitiesOf = (document: Document): ReadonlySet<string> =>
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
  let document = noRecords;
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
  const before = applyToDocument(noRecords, asDiff(everyKind));
  const after = applyToDocument(before, asDiff([aCategory({ id: aCategoryId('category-2') })]));
  expect(after.annotations).toBe(before.annotations);
  expect(after.images).toBe(before.images);
  expect(after.categories).not.toBe(before.categories);
});

test('records that a change does not touch keep their identity', () => {
  const other = anAnnotation({ id: anAnnotationId('other') });
  const before = applyToDocument(noRecords, asDiff([anAnnotation(), other]));
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
  const document = applyToDocument(noRecords, asDiff([record]));
  const change: Diff = { added: [], changed: [[turned, { ...record, name: 'x' }]], removed: [] };
  expect(isApplicable(document, change)).toBe(true);
});

test.each<[string, Diff]>([
  [
    'the record was changed since',
    { added: [], changed: [[anAnnotation({ name: 'old' }), anAnnotation()]], removed: [] },
  ],
  ['the record is gone', { added: [], changed: [], removed: [anAnnotation({ id: anAnnotationId('gone') })] }],
  ['the record to add is there already', asDiff([anAnnotation()])],
])('a change no longer stands when %s', (_why, diff) => {
  expect(isApplicable(applyToDocument(noRecords, asDiff([anAnnotation()])), diff)).toBe(false);
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

test('a change is applicable exactly when the store would take it', () => {
  const random = seededRandom(31);
  let taken = 0;
  for (let round = 0; round < 2_000; round += 1) {
    const present = everyKind.filter(() => random() < 0.8);
    const document = applyToDocument(noRecords, asDiff(soundPart(present)));
    const entities: EntityMap = new Map(soundPart(present).map((record) => [record.id, record]));
    const diff = randomChangeOf(everyKind, random);
    const isTaken = storeTakes(entities, diff);
    if (isTaken) taken += 1;
    expect(isApplicable(document, diff)).toBe(isTaken);
  }
  // Both answers were put to the test.
  expect(taken).toBeGreaterThan(100);
  expect(taken).toBeLessThan(1_900);
});

/** Of some records those that point to nothing missing. */
function soundPart(records: readonly Entity[]): readonly Entity[] {
  const sound: Entity[] = [];
  for (const record of records) {
    if (referencesOf(record).every((id) => sound.some((known) => known.id === id))) sound.push(record);
  }
  return sound;
}

function storeTakes(entities: EntityMap, diff: Diff): boolean {
  try {
    checkChange(standingOf(applyDiff(entities, diff)), diff);
    return true;
  } catch {
    return false;
  }
}

/** Each record is added, renamed, removed or left alone. */
function randomChangeOf(records: readonly Entity[], random: () => number): Diff {
  const diff: Diff & { added: Entity[]; changed: (readonly [Entity, Entity])[]; removed: Entity[] } = {
    added: [],
    changed: [],
    removed: [],
  };
  for (const record of records) {
    const choice = random();
    if (choice < 0.15) diff.added.push(record);
    else if (choice < 0.3) diff.removed.push(record);
    else if (choice < 0.45)
      diff.changed.push([record, record.kind === 'turn' ? { ...record, order: 9 } : { ...record }]);
  }
  return diff;
}
