import { expect, test } from 'vitest';
import { StandingRecords } from '../../../../electron/backend/project/standing-records.ts';
import { documentOfRecords } from '../../../../electron/common/document/apply-to-document.ts';
import type { Diff, Entity, EntityId } from '../../../../electron/common/document/records.ts';
import {
  annotationsOf,
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
import { applyDiff } from '../../../helpers/apply-diff.ts';

const random = seededRandom(31);
const makers: readonly ((id: number) => Entity)[] = [
  (id) => anImage({ id: anImageId(`i${id}`), order: random() }),
  (id) => aCategory({ id: aCategoryId(`c${id}`), order: random() }),
  (id) => anAnnotation({ id: anAnnotationId(`a${id}`), imageId: anImageId(`i${id % 5}`), order: random() }),
  (id) => aTurn({ id: aTurnId(`t${id}`), imageId: anImageId(`i${id % 5}`), order: random() }),
  (id) => aTarget({ id: aTargetId(`g${id}`), turnId: aTurnId(`t${id % 7}`) }),
];

/** A change that fits: some records come, some go, some are another one of their kind. */
function aChange(records: ReadonlyMap<EntityId, Entity>, next: () => number): Diff {
  const standing = [...records.values()];
  const chosen = standing.filter(() => random() < 0.2);
  const changed = chosen.flatMap((before) => {
    if (random() < 0.5 || !('order' in before)) return [];
    return [[before, { ...before, order: random() } as Entity] as const];
  });
  const kept = new Set<string>(changed.map(([{ id }]) => id));
  const added = Array.from({ length: 6 }, () => makers[randomInteger(random, 0, makers.length)]?.(next()));
  return {
    added: added.filter((record) => record !== undefined),
    changed,
    removed: chosen.filter(({ id }) => !kept.has(id)),
  };
}

test('records that are changed in place are those of a copy after every change, and so are their views', () => {
  let copy = new Map<EntityId, Entity>();
  const standing = new StandingRecords(new Map());
  let last = 0;
  for (let round = 0; round < 200; round++) {
    const diff = aChange(copy, () => ++last);
    copy = applyDiff(copy, diff);
    standing.apply(diff);
    expect([...standing.entities]).toEqual([...copy]);
    const anew = documentOfRecords(copy.values());
    for (const kind of ['images', 'categories', 'annotations', 'turns', 'targets'] as const)
      expect(new Map<string, Entity>(standing.document[kind])).toEqual(new Map<string, Entity>(anew[kind]));
    const viewsOf = (document: typeof anew) => [
      imagesInOrder(document.images),
      [0, 1, 2, 3, 4].map((id) => [
        annotationsOf(document, anImageId(`i${id}`)),
        turnsOf(document, anImageId(`i${id}`)),
        targetsOf(document, aTurnId(`t${id}`)),
      ]),
    ];
    expect(viewsOf(standing.document)).toEqual(viewsOf(anew));
  }
});

test('two projects that began empty share no records', () => {
  const [first, second] = [new StandingRecords(new Map()), new StandingRecords(new Map())];
  first.apply({ added: [anAnnotation()], changed: [], removed: [] });
  expect([first, second].map(({ document }) => document.annotations.size)).toEqual([1, 0]);
  expect(documentOfRecords([]).annotations.size).toBe(0);
});
