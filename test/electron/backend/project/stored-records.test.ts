import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { countRecords } from '../../../../electron/backend/project/check-records.ts';
import { openDatabase } from '../../../../electron/backend/project/database.ts';
import type { ProjectStore } from '../../../../electron/backend/project/project-store.ts';
import { type Moment, StoredRecords } from '../../../../electron/backend/project/stored-records.ts';
import { recordsOf } from '../../../../electron/common/record-texts.ts';
import { documentOfRecords } from '../../../../electron/common/document/apply-to-document.ts';
import { assert } from '../../../../electron/common/errors.ts';
import type { Document } from '../../../../electron/common/document/document.ts';
import type { Diff, Entity, EntityId } from '../../../../electron/common/document/records.ts';
import {
  annotationsOf,
  annotationsWithoutCategory,
  imagesInOrder,
  targetsOf,
  turnsOf,
} from '../../../../electron/common/document/views.ts';
import {
  aCategory,
  aCategoryId,
  aTarget,
  aTargetId,
  aTurn,
  aTurnId,
  anAnnotation,
  anAnnotationId,
  anImage,
  anImageId,
} from '../../../helpers/records.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';
import { aProject, reopened } from '../../../helpers/a-project.ts';
import { applyDiff } from '../../../helpers/apply-diff.ts';

const random = seededRandom(31);
const makers: readonly ((id: number) => Entity)[] = [
  (id) => anImage({ id: anImageId(`i${id}`), order: random() }),
  (id) => aCategory({ id: aCategoryId(`c${id}`), order: random() }),
  (id) =>
    anAnnotation({
      ...{ id: anAnnotationId(`a${id}`), imageId: anImageId(`i${id % 5}`), order: random() },
      categoryId: id % 2 === 0 ? null : aCategoryId('c0'),
    }),
  (id) => aTurn({ id: aTurnId(`t${id}`), imageId: anImageId(`i${id % 5}`), order: random() }),
  (id) => aTarget({ id: aTargetId(`g${id}`), turnId: aTurnId(`t${id % 7}`) }),
];

/** A change that fits: some records come, some go, some are another one of their kind. */
function aChange(
  records: ReadonlyMap<EntityId, Entity>,
  next: () => number,
  pointedTo: ReadonlySet<EntityId>,
): Diff {
  const standing = [...records.values()].filter(({ id }) => !pointedTo.has(id));
  const chosen = standing.filter(() => random() < 0.2);
  const changed = chosen.flatMap((before) => {
    if (random() < 0.5 || !('order' in before)) return [];
    const filed =
      before.kind === 'annotation' ? { categoryId: random() < 0.5 ? null : aCategoryId('c0') } : {};
    return [[before, { ...before, ...filed, order: random() } as Entity] as const];
  });
  const kept = new Set<string>(changed.map(([{ id }]) => id));
  const added = Array.from({ length: 6 }, () => makers[randomInteger(random, 0, makers.length)]?.(next()));
  return {
    added: added.filter((record) => record !== undefined),
    changed,
    removed: chosen.filter(({ id }) => !kept.has(id)),
  };
}

const kinds = ['images', 'categories', 'annotations', 'turns', 'targets'] as const;
const imageIds = [0, 1, 2, 3, 4].map((id) => anImageId(`i${id}`));

/** Images that records point to are there from the beginning. */
const pointedTo = [
  aCategory({ id: aCategoryId('c0') }),
  ...imageIds.map((id) => anImage({ id })),
  ...[0, 1, 2, 3, 4, 5, 6].map((id) => aTurn({ id: aTurnId(`t${id}`), imageId: anImageId('i1') })),
];

function recordsIn(document: Document) {
  return kinds.map((kind) => [...document[kind]].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function viewsOf(document: Document) {
  return [
    imagesInOrder(document.images),
    imageIds.map((id) => [annotationsOf(document, id), turnsOf(document, id)]),
    [...annotationsWithoutCategory(document)].sort((a, b) => (a.id < b.id ? -1 : 1)),
    [0, 1, 2, 3, 4, 5, 6].map((id) => targetsOf(document, aTurnId(`t${id}`))),
  ];
}

/** Of a project of many records, some of which were read and some not, after each of many changes. */
async function changing(onRound: (store: ProjectStore, copy: ReadonlyMap<EntityId, Entity>) => void) {
  const store = await aProject(pointedTo);
  let copy: ReadonlyMap<EntityId, Entity> = new Map(pointedTo.map((record) => [record.id, record]));
  const kept = new Set(copy.keys());
  let last = 1_000;
  for (let round = 0; round < 80; round++) {
    const diff = aChange(copy, () => ++last, kept);
    store.commit(diff);
    copy = applyDiff(copy, diff);
    onRound(store, copy);
  }
}

test('records read from the database are those of a copy in memory after every change, and so are their views', async () => {
  await changing((store, copy) => {
    const anew = documentOfRecords(copy.values());
    expect(recordsIn(store.document)).toEqual(recordsIn(anew));
    expect(viewsOf(store.document)).toEqual(viewsOf(anew));
    expect(kinds.map((kind) => store.document[kind].size)).toEqual(kinds.map((kind) => anew[kind].size));
    expect(new Set(store.entities.keys())).toEqual(new Set(copy.keys()));
    const masks = [...anew.annotations.values()];
    expect(store.unreviewed).toBe(masks.filter(({ review }) => review === 'proposed').length);
  });
});

test('whoever reads the records of one moment gets those, whatever is changed meanwhile', async () => {
  const readers: { moment: Moment; meant: Document; begun: Generator; read: unknown[] }[] = [];
  await changing((store, copy) => {
    const moment = store.moment();
    const begun = moment.document.annotations.values() as Generator;
    const read = Array.from({ length: randomInteger(random, 0, 3) }, () => begun.next().value as unknown);
    readers.push({ moment, meant: documentOfRecords(copy.values()), begun, read });
  });
  const byId = (records: Iterable<Entity>) => [...records].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const { moment, meant, begun, read } of readers) {
    expect(recordsIn(moment.document)).toEqual(recordsIn(meant));
    expect(viewsOf(moment.document)).toEqual(viewsOf(meant));
    for (const kind of kinds)
      for (const id of meant[kind].keys()) expect(moment.document[kind].has(id as never)).toBe(true);
    const texts = [...moment.json()].flatMap((json) => recordsOf({ json }));
    expect(byId(texts)).toEqual(byId(kinds.flatMap((kind) => [...meant[kind].values()])));
    const rest = [...read.filter((record) => record !== undefined), ...begun] as Entity[];
    expect(byId(rest)).toEqual(byId(meant.annotations.values()));
    moment.release();
  }
});

test('a large project is told as it stood, whether it is changed while it is read or not', async () => {
  const masks = Array.from({ length: 2_500 }, (_, at) =>
    anAnnotation({ id: anAnnotationId(`m${at}`), name: `日本 ${'x'.repeat(at % 7)}` }),
  );
  const store = await aProject([anImage(), ...masks]);
  const told = (parts: Iterable<Uint8Array>) => [...parts].flatMap((json) => recordsOf({ json }));
  expect(told(store.moment().json())).toEqual([anImage(), ...masks]);
  const reading = store.moment().json();
  const first = [reading.next(), reading.next()].map(({ value }) => value ?? new Uint8Array());
  const [early, late] = [masks[3], masks[2_400]];
  assert(early && late, 'they were made above');
  store.commit({ added: [], changed: [[early, { ...early, name: 'new' }]], removed: [late] });
  const rest = [...told(first), ...told(reading)];
  expect(rest.length).toBe(2_501);
  expect(new Set(rest.map((record) => JSON.stringify(record)))).toEqual(
    new Set([anImage(), ...masks].map((record) => JSON.stringify(record))),
  );
});

test('a record is the same object while it stays as it is, and another once it was changed', async () => {
  const mask = anAnnotation({ id: anAnnotationId('a') });
  const store = await aProject([anImage(), mask]);
  const read = store.entities.get(mask.id);
  expect([store.document.annotations.get(mask.id), annotationsOf(store.document, mask.imageId)[0]]).toEqual([
    mask,
    mask,
  ]);
  expect(store.document.annotations.get(mask.id)).toBe(read);
  store.commit({ added: [], changed: [[mask, { ...mask, name: 'other' }]], removed: [] });
  expect(store.entities.get(mask.id)).toEqual({ ...mask, name: 'other' });
});

test('a mask whose own attribute bears the name of the review is counted by what it is', async () => {
  const masks = (['proposed', 'accepted'] as const).flatMap((review) =>
    ['proposed', 'accepted'].map((word) =>
      anAnnotation({ id: anAnnotationId(`${review}-${word}`), review, attributes: { review: word } }),
    ),
  );
  const store = await reopened(
    await aProject([anImage(), ...masks, anAnnotation({ id: anAnnotationId('b'), review: 'proposed' })]),
  );
  expect(store.unreviewed).toBe(3);
});

test('a record that is damaged while the project is open is told when it is met, and the others are read', async () => {
  const masks = ['a', 'b'].map((id) => anAnnotation({ id: anAnnotationId(id) }));
  const store = await aProject([anImage(), ...masks]);
  await store.close();
  const file = join(store.folder, 'project.sqlite');
  const database = openDatabase(file);
  onTestFinished(() => database.close());
  const records = await StoredRecords.read(database, file, countRecords(database));
  database.exec("UPDATE annotation SET record = json_set(record, '$.crowd', json('true')) WHERE id = 'a'");
  expect(records.get(anAnnotationId('b'))).toEqual(masks[1]);
  const damaged = expect.objectContaining({
    code: 'project-damaged',
    message: expect.stringContaining('the annotation a is not as it was written'),
  }) as Error;
  for (const meet of [
    () => records.get(anAnnotationId('a')),
    () => [...records.entities.values()],
    () => annotationsOf(records.document, anImageId('image-1')),
    () => [...records.moment().json()],
    () => [...records.moment().document.annotations],
  ])
    expect(meet).toThrow(damaged);
});

test('a record whose text is whole and which is none of its kind is told as well', async () => {
  const store = await aProject([anImage(), anAnnotation({ id: anAnnotationId('a') })]);
  await store.close();
  const file = join(store.folder, 'project.sqlite');
  const database = openDatabase(file);
  onTestFinished(() => database.close());
  database.exec("UPDATE annotation SET record = json_remove(record, '$.area')");
  database.exec('UPDATE annotation SET sum = record_sum(record)');
  const records = await StoredRecords.read(database, file, countRecords(database));
  expect(() => records.get(anAnnotationId('a'))).toThrow('the annotation a cannot be read (field area)');
});
