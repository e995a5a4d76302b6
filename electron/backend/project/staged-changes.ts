import { recordsIn } from '../../common/document/record-parts.ts';
import type { Diff } from '../../common/document/records.ts';
import { AppError } from '../../common/errors.ts';

/** Of one change: as many as a project may hold that a person works with. */
const mostRecords = 2_000_000;

/** Large changes on their way in: a window hands them in in parts, then commits them as one. Each connection has one at a time. */
export class StagedChanges {
  readonly #byConnection = new Map<string, { readonly change: string; readonly parts: Diff[] }>();

  /** @throws AppError 'too-large' for more than anybody can mean */
  add(connection: string, change: string, part: Diff): void {
    const standing = this.#byConnection.get(connection);
    // Another name: what was begun before was given up.
    const parts = standing?.change === change ? standing.parts : [];
    const records = parts.reduce((sum, diff) => sum + recordsIn(diff), recordsIn(part));
    if (records > mostRecords) {
      this.release(connection);
      throw new AppError('too-large', `A change holds ${mostRecords} records at most.`, {
        records,
        mostRecords,
      });
    }
    this.#byConnection.set(connection, { change, parts: [...parts, part] });
  }

  /** The whole of it, which is let go. @throws AppError 'bad-input' when nothing was handed in under that name */
  take(connection: string, change: string): Diff {
    const standing = this.#byConnection.get(connection);
    if (standing?.change !== change)
      throw new AppError('bad-input', 'The parts of this change are not at hand. Nothing of it was saved.', {
        change,
      });
    this.release(connection);
    const { parts } = standing;
    return {
      added: parts.flatMap(({ added }) => added),
      changed: parts.flatMap(({ changed }) => changed),
      removed: parts.flatMap(({ removed }) => removed),
    };
  }

  release(connection: string): void {
    this.#byConnection.delete(connection);
  }
}
