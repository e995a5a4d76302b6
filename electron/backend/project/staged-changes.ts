import { recordsIn } from '../../common/document/record-parts.ts';
import type { Diff } from '../../common/document/records.ts';
import { AppError } from '../../common/errors.ts';
import { WaitingChange } from './waiting-change.ts';

/** Of one change: as many as a project may hold that a person works with. */
const mostRecords = 2_000_000;

/** Large changes on their way in: a window hands them in in parts, then commits them as one. Each connection has one at a time. */
export class StagedChanges {
  readonly #byConnection = new Map<string, { readonly name: string; readonly change: WaitingChange }>();

  /** @throws AppError 'too-large' for more than anybody can mean, 'disk-full', 'file-not-writable' */
  add(connection: string, name: string, part: Diff): void {
    const standing = this.#byConnection.get(connection);
    // Another name: what was begun before was given up.
    if (standing?.name !== name) this.release(connection);
    const staged = standing?.name === name ? standing : { name, change: new WaitingChange() };
    const records = staged.change.size + recordsIn(part);
    if (records > mostRecords) {
      this.release(connection);
      throw new AppError('too-large', `A change holds ${mostRecords} records at most.`, {
        records,
        mostRecords,
      });
    }
    this.#byConnection.set(connection, staged);
    staged.change.add(part);
  }

  /** The whole of it, which is the caller's to close. @throws AppError 'bad-input' when nothing was handed in under that name */
  take(connection: string, name: string): WaitingChange {
    const standing = this.#byConnection.get(connection);
    if (standing?.name !== name)
      throw new AppError('bad-input', 'The parts of this change are not at hand. Nothing of it was saved.', {
        change: name,
      });
    this.#byConnection.delete(connection);
    return standing.change;
  }

  release(connection: string): void {
    this.#byConnection.get(connection)?.change.close();
    this.#byConnection.delete(connection);
  }
}
