import { setImmediate } from 'node:timers/promises';
import { diffParts, recordsIn } from '../../common/document/record-parts.ts';
import type { Diff } from '../../common/document/records.ts';
import { AppError } from '../../common/errors.ts';

/**
 * Changes too large to be told to every window by copy: a window that is slow, or has gone to sleep, would make the app hold all of them for
 * it. The windows are told that there is one, and come for its records when they can take them. Those of the last changes are kept, which
 * costs next to nothing while they stand in the project; a window that comes later reads the project anew.
 */
export class LargeChanges {
  readonly #byRevision = new Map<number, Diff>();

  keep(revision: number, diff: Diff): void {
    this.#byRevision.set(revision, diff);
    const [oldest] = this.#byRevision.keys();
    if (this.#byRevision.size > mostKept && oldest !== undefined) this.#byRevision.delete(oldest);
  }

  /**
   * The change in parts of a size that nobody waits for.
   *
   * @throws AppError 'unknown-record' for one that is not kept (any more)
   */
  async *partsOf(revision: number): AsyncGenerator<Diff> {
    const diff = this.#byRevision.get(revision);
    if (!diff) {
      const message = `The records of change ${revision} are not at hand any more: the project has to be read again.`;
      throw new AppError('unknown-record', message, { revision });
    }
    for (const part of diffParts(diff, partSize)) {
      yield part;
      await setImmediate();
    }
  }
}

/** Records of a change that travel with the word of it. */
const mostTold = 200;
const mostKept = 256;
const partSize = { records: 100, characters: 1_000_000 };

export function isLarge(diff: Diff): boolean {
  return recordsIn(diff) > mostTold;
}
