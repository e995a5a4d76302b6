import { setImmediate } from 'node:timers/promises';
import { diffParts, recordsIn } from '../../common/document/record-parts.ts';
import { emptyDiff } from '../../common/document/diff.ts';
import type { Diff, Entity, EntityId } from '../../common/document/records.ts';
import { AppError } from '../../common/errors.ts';

/**
 * Changes too large to be told to every window by copy: a window that is slow, or has gone to sleep, would make the app hold all of them for
 * it. The windows are told that there is one, and come for its records when they can take them. Of the last changes it is kept which records
 * they added, and those they changed or removed where they are few; a window that comes later reads the project anew.
 */
export class LargeChanges {
  readonly #find: (id: EntityId) => Entity | undefined;
  readonly #byRevision = new Map<number, Kept>();
  /** By the records that it added. */
  readonly #ofAdded = new Map<EntityId, Kept>();

  /** @param find the records as they stand */
  constructor(find: (id: EntityId) => Entity | undefined) {
    this.#find = find;
  }

  /** Every change, in its turn: what an earlier one added is told as it was then. */
  follow(diff: Diff): void {
    for (const before of [...diff.removed, ...diff.changed.map(([record]) => record)]) {
      const kept = this.#ofAdded.get(before.id);
      if (kept === undefined) continue;
      kept.asAdded.set(before.id, before);
      this.#ofAdded.delete(before.id);
    }
    this.#letGo();
  }

  keep(revision: number, { added, changed, removed }: Diff): void {
    const kept: Kept = {
      added: added.map(({ id }) => id),
      changed,
      removed,
      asAdded: new Map(),
      isGone: false,
    };
    this.#byRevision.set(revision, kept);
    for (const id of kept.added) this.#ofAdded.set(id, kept);
    this.#letGo();
  }

  /**
   * The change in parts of a size that nobody waits for.
   *
   * @throws AppError 'unknown-record' for one that is not kept (any more)
   */
  async *partsOf(revision: number): AsyncGenerator<Diff> {
    const kept = this.#byRevision.get(revision);
    for (let at = 0; kept !== undefined && at < kept.added.length && !kept.isGone; at += partSize.records) {
      const added = kept.added.slice(at, at + partSize.records).map((id) => this.#asAdded(kept, id));
      for (const part of diffParts({ ...emptyDiff, added }, partSize)) {
        yield part;
        await setImmediate();
        if (kept.isGone) break;
      }
    }
    if (kept === undefined || kept.isGone) {
      const message = `The records of change ${revision} are not at hand any more: the project has to be read again.`;
      throw new AppError('unknown-record', message, { revision });
    }
    for (const part of diffParts({ ...emptyDiff, changed: kept.changed, removed: kept.removed }, partSize)) {
      yield part;
      await setImmediate();
    }
  }

  #asAdded(kept: Kept, id: EntityId): Entity {
    const record = kept.asAdded.get(id) ?? this.#find(id);
    if (record === undefined) throw new Error('A record that was removed is kept as it was.');
    return record;
  }

  /** The oldest changes, until neither they nor the records that are kept whole are too many. The last one stays. */
  #letGo(): void {
    let whole = 0;
    for (const kept of this.#byRevision.values()) whole += wholeIn(kept);
    for (const [revision, kept] of this.#byRevision) {
      if (this.#byRevision.size <= most.changes && whole <= most.wholeRecords) return;
      if (this.#byRevision.size === 1) return;
      whole -= wholeIn(kept);
      kept.isGone = true;
      this.#byRevision.delete(revision);
      for (const id of kept.added) if (this.#ofAdded.get(id) === kept) this.#ofAdded.delete(id);
    }
  }
}

interface Kept {
  readonly added: readonly EntityId[];
  readonly changed: Diff['changed'];
  readonly removed: Diff['removed'];
  /** Those of the added records that are others by now, or gone. */
  readonly asAdded: Map<EntityId, Entity>;
  /** Nobody brings it up to date any more. */
  isGone: boolean;
}

function wholeIn({ changed, removed, asAdded }: Kept): number {
  return 2 * changed.length + removed.length + asAdded.size;
}

/** Records of a change that travel with the word of it. */
const mostTold = 200;
const most = { changes: 256, wholeRecords: 20_000 };
const partSize = { records: 100, characters: 1_000_000 };

export function isLarge(diff: Diff): boolean {
  return recordsIn(diff) > mostTold;
}
