import { setImmediate } from 'node:timers/promises';
import { emptyDiff, invertDiff } from '../../common/document/diff.ts';
import { diffParts, type LongDiff, recordsIn } from '../../common/document/record-parts.ts';
import type { Diff, EntityKind } from '../../common/document/records.ts';
import type { Change, OpenProject } from './open-projects.ts';

/** What is one transaction however large a change is. */
export const mostInOneSlice = 500;
/** What is checked, written and told in one go of a larger change: some 10 ms, several times that where the disk takes the writes slowly. */
const sliceSize = { records: 250, characters: 500_000 };

/** Whether a change is so small that it is one transaction, whatever its masks hold: an edit of a person is never half there after a kill. */
export function fitsOneSlice(diff: Diff): boolean {
  return recordsIn(diff) <= mostInOneSlice;
}

/**
 * Commits a change of any size in slices, between which others are answered; each is a transaction, and told to the windows by itself. Where one is
 * refused, or the person cancels, those before it are taken back: to a person it is all or nothing. A kill in the middle keeps the slices
 * that were done, each a change of its own that undo takes back. The disk is waited for at the last one, before anybody hears that all is done.
 *
 * @param change may be gone through more than once: what is taken back is read again. Each record comes after those that it points to, and
 *   goes before them
 * @returns the last revision
 * @throws what a commit throws; AbortError when cancelled
 */
export async function commitInSlices(
  project: OpenProject,
  change: LongDiff,
  facts: Omit<Change, 'diff' | 'undo' | 'extras'>,
  signal: AbortSignal,
): Promise<number> {
  const slices = (): Iterable<Diff> => slicesOf(change);
  let { revision } = project.store;
  let done = 0;
  try {
    for (const { slice, isLast } of withLast(slices())) {
      signal.throwIfAborted();
      if (isLast) await project.store.flushed();
      const extras = { goesOn: !isLast };
      revision = project.commit({ ...facts, diff: slice, undo: invertDiff(slice), extras });
      done += 1;
      await setImmediate();
      await project.store.settled();
    }
    return revision;
  } catch (error) {
    const label = `Take back: ${facts.label}`.slice(0, 200);
    for (const diff of inversesOf(slices, done)) {
      project.commit({ ...facts, label, diff, undo: null });
      await setImmediate();
      await project.store.settled();
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

/** What is checked, written and told one after the other. */
export function slicesOf(change: LongDiff): Iterable<Diff> {
  return diffParts(change, sliceSize);
}

/** What others point to comes first and goes last, so that every slice by itself leaves a document that is true. */
export const ranks: readonly (readonly EntityKind[])[] = [
  ['image', 'category'],
  ['annotation', 'turn'],
  ['target'],
];
