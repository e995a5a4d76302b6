import type { Document } from './document.ts';
import { byOrder } from './order.ts';
import type {
  AnnotationId,
  AnnotationRecord,
  CategoryId,
  CategoryRecord,
  Diff,
  Entity,
  ImageId,
  ImageRecord,
  TargetRecord,
  TurnId,
  TurnRecord,
} from './records.ts';
import { addTo } from '../grouped.ts';

/**
 * Views of a document's maps in the order a person sees them. Each is computed once per map: the maps are never mutated, so the same
 * map gives the same (identical) result and nobody draws or renders for nothing.
 */
export const imagesInOrder = cached((images: Document['images']): readonly ImageRecord[] =>
  [...images.values()].sort(byOrder),
);

export const categoriesInOrder = cached((categories: Document['categories']): readonly CategoryRecord[] =>
  [...categories.values()].sort(byOrder),
);

/**
 * Records that find those of a group by themselves, as a database does: nothing is grouped beside them, and nothing has to be carried along.
 */
export interface SelfGrouping<R> {
  /** Those whose `field` says `key`, in any order. */
  groupOf(field: keyof R, key: string): readonly R[];
  /** Those whose `field` says nothing. */
  without(field: keyof R): Iterable<R>;
}

function isSelfGrouping<R>(records: object): records is SelfGrouping<R> {
  return 'groupOf' in records;
}

/** Annotations per image, lowest paint order first. */
const annotationsByImage = grouped<ImageId, AnnotationRecord>('imageId', byOrder);

/** The conversation of each image, oldest turn first. */
const turnsByImage = grouped<ImageId, TurnRecord>('imageId', byOrder);

/** The phrases of each answer, in the order in which it names them. */
const targetsByTurn = grouped<TurnId, TargetRecord>('turnId', byPlace);

/** The phrases that mean each mask: several after a merge. */
const targetsByAnnotation = grouped<AnnotationId, TargetRecord>('annotationId', byPlace);

/** The masks of each category. */
const annotationsByCategory = grouped<CategoryId, AnnotationRecord>('categoryId', byOrder);

function byPlace(a: TargetRecord, b: TargetRecord): number {
  return a.index - b.index;
}

const none: readonly never[] = [];

export function annotationsOf(
  document: Pick<Document, 'annotations'>,
  imageId: ImageId | null,
): readonly AnnotationRecord[] {
  return (imageId === null ? undefined : annotationsByImage.of(document.annotations).get(imageId)) ?? none;
}

export function turnsOf(document: Pick<Document, 'turns'>, imageId: ImageId | null): readonly TurnRecord[] {
  return (imageId === null ? undefined : turnsByImage.of(document.turns).get(imageId)) ?? none;
}

export function targetsOf(document: Pick<Document, 'targets'>, turnId: TurnId): readonly TargetRecord[] {
  return targetsByTurn.of(document.targets).get(turnId) ?? none;
}

/** The phrases that mean a mask. */
export function targetsMeaning(
  document: Pick<Document, 'targets'>,
  annotationId: AnnotationId,
): readonly TargetRecord[] {
  return targetsByAnnotation.of(document.targets).get(annotationId) ?? none;
}

/** The phrase that a mask answers, where the model named one; the first of several after a merge. */
export function phraseOf(document: Pick<Document, 'targets'>, annotationId: AnnotationId): string | null {
  return targetsMeaning(document, annotationId)[0]?.phrase ?? null;
}

export function annotationsOfCategory(
  document: Pick<Document, 'annotations'>,
  categoryId: CategoryId,
): readonly AnnotationRecord[] {
  return annotationsByCategory.of(document.annotations).get(categoryId) ?? none;
}

export function annotationsWithoutCategory({
  annotations,
}: Pick<Document, 'annotations'>): Iterable<AnnotationRecord> {
  if (isSelfGrouping<AnnotationRecord>(annotations)) return annotations.without('categoryId');
  return [...annotations.values()].filter(({ categoryId }) => categoryId === null);
}

/** The records of these ids that exist, in the order of the ids: the selection, as it stands. */
export function annotationsFound(
  document: Pick<Document, 'annotations'>,
  ids: readonly AnnotationId[],
): readonly AnnotationRecord[] {
  return ids.flatMap((id) => document.annotations.get(id) ?? []);
}

/**
 * Brings the groups that are known of `before` up to date for `after`, so that a stroke on one image does not sort the masks of ten
 * thousand: only the groups that `diff` touches are made anew, the others stay the same lists. Where the two are one document, to be
 * changed in place, it is called before the change.
 */
export function carryViews(before: Document, after: Document, diff: Diff): void {
  annotationsByImage.carry(before.annotations, after.annotations, changesTo(diff, 'annotation'));
  annotationsByCategory.carry(before.annotations, after.annotations, changesTo(diff, 'annotation'));
  turnsByImage.carry(before.turns, after.turns, changesTo(diff, 'turn'));
  targetsByTurn.carry(before.targets, after.targets, changesTo(diff, 'target'));
  targetsByAnnotation.carry(before.targets, after.targets, changesTo(diff, 'target'));
}

interface Changes<R> {
  readonly gone: readonly R[];
  readonly come: readonly R[];
}

function changesTo<K extends Entity['kind']>(diff: Diff, kind: K): Changes<Extract<Entity, { kind: K }>> {
  const isOfKind = (record: Entity): record is Extract<Entity, { kind: K }> => record.kind === kind;
  return {
    gone: [...diff.removed, ...diff.changed.map(([before]) => before)].filter(isOfKind),
    come: [...diff.changed.map(([, after]) => after), ...diff.added].filter(isOfKind),
  };
}

/** Remembers what `compute` found for as long as the key lives: for what is never mutated. */
export function cached<Key extends object, Result>(compute: (key: Key) => Result): (key: Key) => Result {
  const results = new WeakMap<Key, Result>();
  return (key) => {
    const known = results.get(key);
    if (known !== undefined) return known;
    const result = compute(key);
    results.set(key, result);
    return result;
  };
}

type Groups<Key, R> = ReadonlyMap<Key, readonly R[]>;

interface Grouping<Key, R extends { readonly id: string }> {
  of(records: ReadonlyMap<R['id'], R>): Pick<Groups<Key, R>, 'get'>;
  carry(before: ReadonlyMap<R['id'], R>, after: ReadonlyMap<R['id'], R>, changes: Changes<R>): void;
}

/** The fields of a record that hold such a key, or null. */
type KeyField<Key, R> = { [F in keyof R]: R[F] extends Key | null ? F : never }[keyof R];

/** More changed records than this are a new project rather than an edit: grouped from scratch, when somebody asks. */
const mostCarried = 5_000;

function grouped<Key extends string, R extends { readonly id: string }>(
  field: KeyField<Key, R>,
  order: (a: R, b: R) => number,
): Grouping<Key, R> {
  const keyOf = (record: R): Key | null => record[field] as Key | null; // KeyField names fields that are nothing else
  // Of records in one place the id decides: every window, and the backend, sees the same order.
  const compare = (a: R, b: R): number => order(a, b) || (a.id < b.id ? -1 : 1);
  const results = new WeakMap<object, Groups<Key, R>>();
  return {
    of(records) {
      const known = results.get(records);
      if (known !== undefined) return known;
      if (isSelfGrouping<R>(records)) return { get: (key) => [...records.groupOf(field, key)].sort(compare) };
      const groups = new Map<Key, R[]>();
      for (const record of records.values()) {
        const key = keyOf(record);
        if (key !== null) addTo(groups, key, record);
      }
      for (const group of groups.values()) if (!isSorted(group, compare)) group.sort(compare);
      results.set(records, groups);
      return groups;
    },
    carry(before, after, { gone, come }) {
      const known = results.get(before);
      if (known === undefined || gone.length + come.length === 0) return;
      if (gone.length + come.length > mostCarried) {
        results.delete(after);
        return;
      }
      const groups = new Map(known);
      const goneIds = new Set(gone.map(({ id }) => id));
      const additions = new Map<Key, R[]>();
      for (const record of come) {
        const key = keyOf(record);
        if (key !== null) addTo(additions, key, record);
      }
      // Where the records were filed is said by what stood, not by what the change believed.
      const touched = new Set(additions.keys());
      for (const { id } of [...gone, ...come]) {
        const stood = before.get(id);
        const key = stood === undefined ? null : keyOf(stood);
        if (key !== null) touched.add(key);
      }
      const comeIds = new Set(come.map(({ id }) => id));
      for (const key of touched) {
        const kept = (known.get(key) ?? []).filter(({ id }) => !goneIds.has(id) && !comeIds.has(id));
        const group = [...kept, ...(additions.get(key) ?? [])].sort(compare);
        if (group.length === 0) groups.delete(key);
        else groups.set(key, group);
      }
      results.set(after, groups);
    },
  };
}

/** Nearly all groups come in their order; looking is a fifth of sorting. */
function isSorted<R>(list: readonly R[], compare: (a: R, b: R) => number): boolean {
  for (let at = 1; at < list.length; at++) {
    const [before, after] = [list[at - 1], list[at]];
    if (before !== undefined && after !== undefined && compare(before, after) > 0) return false;
  }
  return true;
}
