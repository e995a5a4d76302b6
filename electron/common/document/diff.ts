import type { Diff, Entity, EntityId } from './records.ts';
import { AppError, assert } from '../errors.ts';
import { addTo } from '../grouped.ts';
import { referencesOf } from './pointers.ts';

/** The records of a document by id. Ids are unique across kinds. */
export type EntityMap = ReadonlyMap<EntityId, Entity>;

export const emptyDiff: Diff = { added: [], changed: [], removed: [] };

export function isEmptyDiff(diff: Diff): boolean {
  return diff.added.length === 0 && diff.changed.length === 0 && diff.removed.length === 0;
}

/**
 * Whether a change may be made to these records. Names each record once, so that it does not matter what goes first.
 *
 * @throws AppError 'conflict' when a removed or `before` record is not the one that stands, or an added id is taken;
 *   'invalid-change' when the diff names one record twice, or changes a record's id or kind
 */
export function checkFits(entities: EntityMap, diff: Diff): void {
  checkShape(diff);
  for (const record of diff.removed) checkStands(entities.get(record.id), record);
  for (const [before] of diff.changed) checkStands(entities.get(before.id), before);
  for (const record of diff.added) {
    if (entities.has(record.id))
      throw new AppError('conflict', `Another change has already added this ${record.kind}.`, facts(record));
  }
}

/** Records that can be asked for by id, and by what they point to. */
export interface Standing {
  get(id: EntityId): Entity | undefined;
  pointingTo(record: Entity): Iterable<Entity>;
}

/** Records as they would be after a change that fits, without a copy of those that stay. */
export function outlookOf(standing: Standing, diff: Diff): Standing {
  const steps = new Map<EntityId, Entity | undefined>();
  for (const { id } of diff.removed) steps.set(id, undefined);
  for (const [, after] of diff.changed) steps.set(after.id, after);
  for (const record of diff.added) steps.set(record.id, record);
  const come = [...diff.changed.map(([, after]) => after), ...diff.added];
  let comeByReference: Map<EntityId, Entity[]> | null = null;
  const comePointingTo = (id: EntityId): readonly Entity[] => {
    comeByReference ??= byReference(come);
    return comeByReference.get(id) ?? [];
  };
  return {
    get: (id) => (steps.has(id) ? steps.get(id) : standing.get(id)),
    *pointingTo(record) {
      for (const each of standing.pointingTo(record)) if (!steps.has(each.id)) yield each;
      yield* comePointingTo(record.id);
    },
  };
}

function byReference(records: readonly Entity[]): Map<EntityId, Entity[]> {
  const groups = new Map<EntityId, Entity[]>();
  for (const record of records) for (const id of referencesOf(record)) addTo(groups, id, record);
  return groups;
}

/** The change that takes this one back: applyDiff(applyDiff(m, d), invertDiff(d)) holds the records of m. */
export function invertDiff(diff: Diff): Diff {
  return {
    added: diff.removed,
    changed: diff.changed.map(([before, after]) => [after, before] as const),
    removed: diff.added,
  };
}

/** One change that does what the two do in turn; records that end as they began are left out. */
export function squashDiffs(first: Diff, second: Diff): Diff {
  const steps = stepsOf(first);
  for (const [id, step] of stepsOf(second)) {
    const earlier = steps.get(id);
    if (!earlier) {
      steps.set(id, step);
      continue;
    }
    assert(isSameStanding(earlier.after, step.before), 'the second change begins where the first one ends');
    steps.set(id, { before: earlier.before, after: step.after });
  }
  return diffOf(steps.values());
}

/** What happens to one record; null means it is not there. */
interface Step {
  readonly before: Entity | null;
  readonly after: Entity | null;
}

function stepsOf(diff: Diff): Map<EntityId, Step> {
  checkShape(diff);
  const steps = new Map<EntityId, Step>();
  for (const record of diff.removed) steps.set(record.id, { before: record, after: null });
  for (const [before, after] of diff.changed) steps.set(before.id, { before, after });
  for (const record of diff.added) steps.set(record.id, { before: null, after: record });
  return steps;
}

function diffOf(steps: Iterable<Step>): Diff {
  const added: Entity[] = [];
  const changed: (readonly [Entity, Entity])[] = [];
  const removed: Entity[] = [];
  for (const { before, after } of steps) {
    if (before && after) {
      if (!isSameRecord(before, after)) changed.push([before, after]);
    } else if (after) added.push(after);
    else if (before) removed.push(before);
  }
  return { added, changed, removed };
}

function checkShape(diff: Diff): void {
  const seen = new Set<EntityId>();
  const note = (record: Entity): void => {
    if (seen.has(record.id)) {
      throw new AppError('invalid-change', `A change may name each ${record.kind} once.`, facts(record));
    }
    seen.add(record.id);
  };
  diff.removed.forEach(note);
  for (const [before, after] of diff.changed) {
    if (before.id !== after.id || before.kind !== after.kind) {
      throw new AppError(
        'invalid-change',
        `A change may not turn one ${before.kind} into another record.`,
        facts(before),
      );
    }
    note(before);
  }
  diff.added.forEach(note);
}

function checkStands(standing: Entity | undefined, expected: Entity): void {
  if (standing && isSameRecord(standing, expected)) return;
  const what = standing ? 'was changed' : 'was removed';
  throw new AppError('conflict', `This ${expected.kind} ${what} in the meantime.`, facts(expected));
}

function facts(record: Entity): Record<string, unknown> {
  return { id: record.id, kind: record.kind };
}

function isSameStanding(a: Entity | null, b: Entity | null): boolean {
  return a === b || (a !== null && b !== null && isSameRecord(a, b));
}

/** Equal in every field, whatever the order of the keys. */
export function isSameRecord(a: Entity, b: Entity): boolean {
  return isSameValue(a, b);
}

function isSameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  // Both are plain JSON-like objects or arrays here, so reading any own key is safe.
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  return keys.every((key) => Object.hasOwn(right, key) && isSameValue(left[key], right[key]));
}
