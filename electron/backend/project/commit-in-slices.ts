import { setImmediate } from 'node:timers/promises';
import { emptyDiff, invertDiff } from '../../common/document/diff.ts';
import { diffParts, longTextOf, recordsIn } from '../../common/document/record-parts.ts';
import type { Diff, Entity, EntityKind } from '../../common/document/records.ts';
import type { Change, OpenProject } from './open-projects.ts';

/** What is checked, written and told in one go: some 20 ms, which nobody who waits notices. */
const sliceSize = { records: 500, characters: 1_000_000 };

/** Whether a change is so small that it is one transaction, whatever its masks hold: an edit of a person is never half there after a kill. */
export function fitsOneSlice(diff: Diff): boolean {
  return recordsIn(diff) <= sliceSize.records;
}

/**
 * Commits a change of any size in slices, between which others are answered; each is a transaction, and told to the windows by itself. Where one is
 * refused, or the person cancels, those before it are taken back: to a person it is all or nothing. A kill in the middle keeps the slices
 * that were done, each a change of its own that undo takes back. The disk is waited for at the last one, before anybody hears that all is done.
 *
 * @returns the last revision
 * @throws what a commit throws; AbortError when cancelled
 */
export function commitInSlices(
  project: OpenProject,
  { diff, ...facts }: Omit<Change, 'undo' | 'extras'>,
  signal: AbortSignal,
): Promise<number> {
  return commitSlices(project, () => slicesOf(diff), facts, signal);
}

/**
 * The same of a change that need not be in memory.
 *
 * @param slices gives them from the first one on, the same ones whenever it is asked: what is taken back is read again
 */
export async function commitSlices(
  project: OpenProject,
  slices: () => Iterable<Diff>,
  facts: Omit<Change, 'diff' | 'undo' | 'extras'>,
  signal: AbortSignal,
): Promise<number> {
  let { revision } = project.store;
  let done = 0;
  try {
    for (const { slice, isLast } of withLast(slices())) {
      signal.throwIfAborted();
      const extras = { goesOn: !isLast };
      revision = project.commit({ ...facts, diff: slice, undo: invertDiff(slice), extras });
      done += 1;
      await setImmediate();
    }
    return revision;
  } catch (error) {
    const label = `Take back: ${facts.label}`.slice(0, 200);
    for (const diff of inversesOf(slices, done)) {
      project.commit({ ...facts, label, diff, undo: null });
      await setImmediate();
    }
    throw error;
  }
}

function* withLast(slices: Iterable<Diff>): Generator<{ readonly slice: Diff; readonly isLast: boolean }> {
  let waiting: Diff | null = null;
  for (const slice of slices) {
    if (waiting !== null) yield { slice: waiting, isLast: false };
    waiting = slice;
  }
  if (waiting !== null) yield { slice: waiting, isLast: true };
}

/** What takes the first `count` slices back: first what they removed comes again, then all is as it was before, then what they added goes. */
function* inversesOf(slices: () => Iterable<Diff>, count: number): Generator<Diff> {
  for (const kinds of ranks)
    for (const { removed } of first(slices(), count)) {
      const added = removed.filter(({ kind }) => kinds.includes(kind));
      if (added.length > 0) yield { ...emptyDiff, added };
    }
  for (const { changed } of first(slices(), count))
    if (changed.length > 0) yield invertDiff({ ...emptyDiff, changed });
  for (const kinds of ranks.toReversed())
    for (const { added } of first(slices(), count)) {
      const removed = added.filter(({ kind }) => kinds.includes(kind));
      if (removed.length > 0) yield { ...emptyDiff, removed };
    }
}

function* first<T>(items: Iterable<T>, count: number): Generator<T> {
  let left = count;
  if (left === 0) return;
  for (const item of items) {
    yield item;
    left -= 1;
    if (left === 0) return;
  }
}

/** What others point to comes first and goes last, so that every slice by itself leaves a document that is true. */
const ranks: readonly (readonly EntityKind[])[] = [['image', 'category'], ['annotation', 'turn'], ['target']];

function rankOf({ kind }: Entity): number {
  return ranks.findIndex((kinds) => kinds.includes(kind));
}

function* slicesOf(diff: Diff): Generator<Diff> {
  const removed = [...diff.removed].sort((a, b) => rankOf(b) - rankOf(a));
  const added = [...diff.added].sort((a, b) => rankOf(a) - rankOf(b));
  // What is changed may point to what is new, and let go of what is removed.
  yield* diffParts({ added, changed: diff.changed, removed }, sliceSize);
}

/** Those of an import, whose records come in an order that will do. */
export function* slicesOfImport({
  added,
  changed,
}: {
  readonly added: Iterable<Entity>;
  readonly changed: Diff['changed'];
}): Generator<Diff> {
  let slice: Entity[] = [];
  let characters = 0;
  for (const record of added) {
    const more = longTextOf(record);
    if (slice.length >= sliceSize.records || (slice.length > 0 && characters + more > sliceSize.characters)) {
      yield { ...emptyDiff, added: slice };
      [slice, characters] = [[], 0];
    }
    slice.push(record);
    characters += more;
  }
  if (slice.length > 0) yield { ...emptyDiff, added: slice };
  yield* diffParts({ ...emptyDiff, changed }, sliceSize);
}
