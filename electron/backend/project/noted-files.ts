import type { ImageId } from '../../common/document/records.ts';
import type { Database } from './database.ts';
import { type FileStamp, writeFileStamp } from './image-file-table.ts';

const delayMs = 500;

/**
 * Stamps of image files found to be right, on their way to the database. Ten thousand images are looked at when a project is opened for
 * the first time; a durable transaction for each kept everybody else waiting for seconds. What a kill takes with it is read once more.
 */
export class NotedFiles {
  readonly #database: Database;
  readonly #transact: (work: () => void) => void;
  readonly #pending = new Map<ImageId, FileStamp>();
  #timer: NodeJS.Timeout | null = null;

  /** @param transact does its work in a transaction of its own */
  constructor(database: Database, transact: (work: () => void) => void) {
    this.#database = database;
    this.#transact = transact;
  }

  note(id: ImageId, stamp: FileStamp): void {
    this.#pending.set(id, stamp);
    this.#timer ??= setTimeout(() => this.flush(), delayMs).unref();
  }

  of(id: ImageId): FileStamp | null {
    return this.#pending.get(id) ?? null;
  }

  /** Inside somebody's transaction, and before what it changes: an image that goes takes its stamp along. */
  write(): void {
    for (const [id, stamp] of this.#pending) writeFileStamp(this.#database, id, stamp);
  }

  /** They are in the database. */
  forget(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#pending.clear();
  }

  /** Now, and for the last time before the database is closed. */
  flush(): void {
    try {
      if (this.#pending.size > 0) this.#transact(() => this.write());
    } catch {
      // A full disk, a project that was moved: the next change says so. Without stamps files are only read again.
    }
    this.forget();
  }
}
