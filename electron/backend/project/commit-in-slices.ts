import { setImmediate } from 'node:timers/promises';
import { invertDiff } from '../../common/document/diff.ts';
import { diffParts, recordsIn } from '../../common/document/record-parts.ts';
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
export async function commitInSlices(
  project: OpenProject,
  change: Omit<Change, 'undo' | 'extras'>,
  signal: AbortSignal,
): Promise<number> {
  const done: Diff[] = [];
  let { revision } = project.store;
  try {
    const slices = [...slicesOf(change.diff)];
    for (const [at, slice] of slices.entries()) {
      signal.throwIfAborted();
      const extras = { goesOn: at + 1 < slices.length };
      revision = project.commit({ ...change, diff: slice, undo: invertDiff(slice), extras });
      done.push(slice);
      await setImmediate();
    }
    return revision;
  } catch (error) {
    for (const slice of done.reverse()) {
      project.commit({
        ...change,
        label: `Take back: ${change.label}`.slice(0, 200),
        diff: invertDiff(slice),
        undo: null,
      });
      await setImmediate();
    }
    throw error;
  }
}

/** What others point to comes first and goes last, so that every slice by itself leaves a document that is true. */
const rank: Readonly<Record<EntityKind, number>> = {
  image: 0,
  category: 0,
  annotation: 1,
  turn: 1,
  target: 2,
};

function* slicesOf(diff: Diff): Generator<Diff> {
  const byRank = (a: Entity, b: Entity): number => rank[a.kind] - rank[b.kind];
  const removed = [...diff.removed].sort((a, b) => byRank(b, a));
  const added = [...diff.added].sort(byRank);
  // What is changed may point to what is new, and let go of what is removed.
  yield* diffParts({ added, changed: diff.changed, removed }, sliceSize);
}
