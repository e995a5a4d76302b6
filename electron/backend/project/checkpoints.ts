import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  open as openFile,
  close as closeFile,
  openSync,
  read as readFile,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { AppError } from '../../common/errors.ts';
import { longTextOf } from '../../common/document/record-parts.ts';
import type { Diff } from '../../common/document/records.ts';
import { type Database, readPragma, withoutFlushing } from './database.ts';
import type { StoredLogits } from './stored-logits.ts';

/** Waits for the disk: `later` keeps nobody waiting. */
export interface DiskFlush {
  later(file: number): Promise<void>;
  now(file: number): void;
}

const diskFlush: DiskFlush = { later: promisify(fdatasync), now: fdatasyncSync };
const [opened, closed, readInto] = [promisify(openFile), promisify(closeFile), promisify(readFile)];

/** Pages of the log from which on they are brought into the file: what a restart has to read, and what is written in one go. */
const mostPages = 1_000;
const copyBytes = 2 ** 20;

/**
 * Brings the log into the database's file, as SQLite does by itself, except that the disk is waited for beside everybody else's work: a
 * checkpoint of SQLite's own flushes the log and the file in the middle of a transaction, and where other files are written, too, that kept
 * all others waiting for a second and more. The order stays SQLite's: the log is on the disk before the file is touched, the file before
 * the log is written anew.
 *
 * It holds the file open beside SQLite, and so must be closed after it: closing a file gives up the locks of the whole process (POSIX).
 */
export class Checkpoints {
  readonly #database: Database;
  readonly #file: string;
  readonly #flush: DiskFlush;
  readonly #handle: number;
  #pages = 0;
  /** Transactions in the log that the disk may not have. */
  #unflushed = 0;
  /** Whether the file holds pages of the log that the disk may not have. */
  #isFileBehind = false;
  /** Ends when a copy that is under way is done; null where none is. */
  #copying: Promise<void> | null = null;
  /** The disk refused to keep the file: all is in the log, which must not be written anew. */
  #fault: AppError | null = null;
  #running: Promise<void> = Promise.resolve();
  #isRunning = false;

  /** @param file the database's, all of whose log is in it */
  constructor(database: Database, file: string, flush: DiskFlush = diskFlush) {
    this.#database = database;
    this.#file = file;
    this.#flush = flush;
    this.#handle = openSync(file, 'r+');
    readPragma(database, 'wal_autocheckpoint = 0');
  }

  /** To be called before each transaction. @throws AppError 'file-not-writable' where the disk keeps nothing any more */
  beforeWrite(): void {
    if (this.#fault !== null) throw this.#fault;
    if (!this.#isFileBehind) return;
    try {
      this.#flush.now(this.#handle);
    } catch (error) {
      throw this.#failed(error);
    }
    this.#isFileBehind = false;
  }

  /**
   * To be called after each.
   *
   * @param pages about as many as it wrote
   * @param isFlushed whether its log, and with it all before it, is on the disk
   */
  wrote(pages: number, isFlushed: boolean): void {
    this.#pages += pages;
    this.#unflushed = isFlushed ? 0 : this.#unflushed + 1;
    this.#startWhenDue();
  }

  /** When nothing is under way: for whoever writes much, so that the log stays short and no write waits for the disk. */
  async settled(): Promise<void> {
    if (this.#pages >= mostPages) await this.#copying;
    await this.#running;
  }

  /** Brings the log to the disk, so that the next transaction has only its own to flush. @throws what opening or flushing it does */
  async flushed(): Promise<void> {
    const before = this.#unflushed;
    if (before === 0) return;
    const log = await opened(`${this.#file}-wal`, 'r+');
    try {
      await this.#flush.later(log);
    } finally {
      await closed(log);
    }
    // What came meanwhile may have missed it.
    this.#unflushed = Math.max(0, this.#unflushed - before);
  }

  /** A copy of the database as it stood when this was called first: until the copy is done what is changed stays in the log. */
  async copied(work: (copy: (destination: string) => Promise<void>) => Promise<void>): Promise<void> {
    let end = (): void => undefined;
    this.#copying = new Promise((resolve) => (end = resolve));
    try {
      await work((destination) => this.#copyFile(destination));
    } finally {
      this.#copying = null;
      this.#startWhenDue();
      end();
    }
  }

  /** Before SQLite's connection is closed; not where the disk failed, since it would take the log away. */
  async end(): Promise<{ readonly isSafeToClose: boolean }> {
    await this.#running;
    // The little that is left SQLite brings there itself when it closes.
    if (this.#pages >= mostPages / 10 && this.#fault === null) await this.#bring();
    return { isSafeToClose: this.#fault === null };
  }

  /** After SQLite's own connection. */
  close(): void {
    closeSync(this.#handle);
  }

  #startWhenDue(): void {
    const isBusy = this.#isRunning || this.#copying !== null;
    if (this.#pages < mostPages || isBusy || this.#fault !== null) return;
    this.#isRunning = true;
    this.#running = this.#bring().finally(() => (this.#isRunning = false));
  }

  async #bring(): Promise<void> {
    try {
      while (this.#unflushed > 0) await this.flushed();
    } catch {
      return; // tried again after the next change, whose own flush tells what is wrong
    }
    if (this.#copying !== null || !this.#database.isOpen) return;
    this.#pages = 0;
    this.#isFileBehind = true;
    try {
      withoutFlushing(this.#database, () => readPragma(this.#database, 'wal_checkpoint(PASSIVE)'));
    } catch {
      return; // a full disk: the log has it all, and grows until a change is refused
    }
    try {
      await this.#flush.later(this.#handle);
      this.#isFileBehind = false;
    } catch (error) {
      this.#failed(error);
    }
  }

  /** What a failed flush was to bring to the disk may be lost, and the next one says nothing of it: only the log has it. */
  #failed(error: unknown): AppError {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The disk does not keep what is written to it: ${reason} (${this.#file}). What was saved is in the project's log; nothing more can be saved before the app is started again.`;
    this.#fault = new AppError('file-not-writable', message, { file: this.#file }, { cause: error });
    return this.#fault;
  }

  /** Through the handle that is open: opening and closing the file would give up SQLite's lock. */
  async #copyFile(destination: string): Promise<void> {
    const copy = await open(destination, 'w', 0o600);
    try {
      const buffer = Buffer.allocUnsafe(copyBytes);
      for (let at = 0; ; ) {
        const { bytesRead } = await readInto(this.#handle, buffer, 0, copyBytes, at);
        if (bytesRead === 0) return;
        // A disk that is nearly full may take less than it was given: the rest is read again.
        at += (await copy.write(buffer, 0, bytesRead, at)).bytesWritten;
      }
    } finally {
      await copy.close();
    }
  }
}

/** Pages of 4 KiB: of each record's table and indexes, of its long texts, and of logits. */
export function pagesOf(diff: Diff, logits: readonly StoredLogits[]): number {
  const records = [...diff.added, ...diff.removed, ...diff.changed.map(([, after]) => after)];
  const text = records.reduce((sum, record) => sum + longTextOf(record), 0);
  const floats = logits.reduce((sum, { halfFloats }) => sum + halfFloats.byteLength, 0);
  return 4 + records.length + Math.ceil((text + floats) / 4_096);
}
