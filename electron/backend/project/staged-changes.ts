import { joinedParts, recordsIn } from '../../common/document/record-parts.ts';
import type { Diff } from '../../common/document/records.ts';
import { AppError } from '../../common/errors.ts';

/** Of one change: as many as a project may hold that a person works with. */
const mostRecords = 2_000_000;

/** Large changes on their way in: a window hands them in in parts, then commits them as one. Each connection has one at a time. */
export class StagedChanges {
  readonly #byConnection = new Map<
    string,
    { readonly change: string; readonly parts: Diff[]; records: number }
  >();

  /** @throws AppError 'too-large' for more than anybody can mean */
  add(connection: string, change: string, part: Diff): void {
    const standing = this.#byConnection.get(connection);
    // Another name: what was begun before was given up.
    const staged = standing?.change === change ? standing : { change, parts: [], records: 0 };
    const records = staged.records + recordsIn(part);
    if (records > mostRecords) {
      this.release(connection);
      throw new AppError('too-large', `A change holds ${mostRecords} records at most.`, {
        records,
        mostRecords,
      });
    }
    staged.parts.push(part);
    staged.records = records;
    this.#byConnection.set(connection, staged);
  }

  /** The whole of it, which is let go. @throws AppError 'bad-input' when nothing was handed in under that name */
  take(connection: string, change: string): Diff {
    const standing = this.#byConnection.get(connection);
    if (standing?.change !== change)
      throw new AppError('bad-input', 'The parts of this change are not at hand. Nothing of it was saved.', {
        change,
      });
    this.release(connection);
    return joinedParts(standing.parts);
  }

  release(connection: string): void {
    this.#byConnection.delete(connection);
  }
}
