import { describe, expect, test } from 'vitest';
import {
  emptyDiff,
  invertDiff,
  isEmptyDiff,
  isSameRecord,
  squashDiffs,
  type EntityMap,
} from '../../../../electron/common/document/diff.ts';
import type { Diff, Entity, EntityId } from '../../../../electron/common/document/records.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';
import { aCategory, aCategoryId } from '../../../helpers/records.ts';
import { applyDiff } from '../../../helpers/apply-diff.ts';

const belowOf = (seed: number) => {
  const random = seededRandom(seed);
  return (limit: number) => randomInteger(random, 0, limit);
};

const record = (id: number, version: number): Entity =>
  aCategory({ id: aCategoryId(`c${id}`), name: `name ${version}`, order: id });

function mapOf(records: Iterable<Entity>): Map<EntityId, Entity> {
  return new Map([...records].map((entity) => [entity.id, entity]));
}

/** Any legal change of the document: some of what is there removed or changed, something new added. */
function aRandomDiff(entities: EntityMap, below: (limit: number) => number, version: number): Diff {
  const standing = [...entities.values()];
  const removed = standing.filter(() => below(5) === 0);
  const gone = new Set(removed.map(({ id }) => id));
  const changed = standing
    .filter(({ id }) => !gone.has(id) && below(4) === 0)
    .map(
      (before) => [before, { ...before, name: `name ${below(2) === 0 ? version : 0}` } as Entity] as const,
    );
  const added = Array.from({ length: 12 }, (_, id) => record(id, version)).filter(
    ({ id }) => !entities.has(id) && below(3) === 0,
  );
  return { added, changed, removed };
}

/** Key order of a Map is its paint of history, not the document: compare what is in it. */
const contents = (entities: EntityMap) => [...entities.values()].sort((a, b) => (a.id < b.id ? -1 : 1));

describe('over random histories', () => {
  for (let seed = 1; seed <= 40; seed++) {
    test(`apply, invert and squash agree (history ${seed})`, () => {
      const below = belowOf(seed);
      const start: EntityMap = mapOf([record(0, 0), record(3, 0), record(7, 0)]);
      let now = start;
      let all: Diff = emptyDiff;
      for (let version = 1; version <= 12; version++) {
        const diff = aRandomDiff(now, below, version);
        const next = applyDiff(now, diff);
        expect(contents(applyDiff(next, invertDiff(diff)))).toEqual(contents(now));
        all = squashDiffs(all, diff);
        now = next;
      }
      expect(contents(applyDiff(start, all))).toEqual(contents(now));
      expect(contents(applyDiff(now, invertDiff(all)))).toEqual(contents(start));
      expect(isEmptyDiff(squashDiffs(all, invertDiff(all)))).toBe(true);
    });
  }
});

describe('a change that does not fit', () => {
  const cup = record(1, 1);
  const other = record(1, 2);

  test.each<[string, readonly Entity[], Diff]>([
    ['removes what is gone', [], { ...emptyDiff, removed: [cup] }],
    ['removes what was changed', [other], { ...emptyDiff, removed: [cup] }],
    ['changes what is gone', [], { ...emptyDiff, changed: [[cup, other]] }],
    ['changes what was changed', [other], { ...emptyDiff, changed: [[cup, record(1, 3)]] }],
    ['adds what is there', [cup], { ...emptyDiff, added: [cup] }],
  ])('is a conflict when it %s', (_, standing, diff) => {
    expect(() => applyDiff(mapOf(standing), diff)).toThrow(expect.objectContaining({ code: 'conflict' }));
  });

  test.each<[string, Diff]>([
    ['names a record twice', { ...emptyDiff, changed: [[cup, other]], removed: [cup] }],
    ['changes an id', { ...emptyDiff, changed: [[cup, record(2, 1)]] }],
  ])('is invalid when it %s', (_, diff) => {
    expect(() => applyDiff(mapOf([cup]), diff)).toThrow(expect.objectContaining({ code: 'invalid-change' }));
  });

  test('leaves the document as it was', () => {
    const entities = mapOf([cup]);
    expect(() => applyDiff(entities, { added: [record(2, 1)], changed: [], removed: [other] })).toThrow();
    expect(contents(entities)).toEqual([cup]);
  });
});

test('records are equal whatever the order of their keys', () => {
  const cup = record(1, 1);
  const shuffled = Object.fromEntries(Object.entries(cup).reverse()) as unknown as Entity;
  expect(isSameRecord(cup, shuffled)).toBe(true);
  expect(isSameRecord(cup, { ...shuffled, order: 9 } as Entity)).toBe(false);
});

test('a changed record keeps its place, an added one comes last', () => {
  const entities = mapOf([record(1, 1), record(2, 1)]);
  const after = applyDiff(entities, {
    added: [record(3, 1)],
    changed: [[record(1, 1), record(1, 2)]],
    removed: [],
  });
  expect([...after.keys()]).toEqual(['c1', 'c2', 'c3']);
});
