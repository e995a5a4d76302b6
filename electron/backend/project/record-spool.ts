import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Entity } from '../../common/document/records.ts';
import { fileError } from '../app/file-errors.ts';

/**
 * Records that wait to be taken into a project, in the order in which they came: a few in memory, many as JSON in a file of the temporary
 * folder, since a million of them would fill the memory. They can be gone through as often as anybody likes, until it is closed.
 */
export class RecordSpool implements Iterable<Entity> {
  #waiting: string[] = [];
  #characters = 0;
  #file: TemporaryFile | null = null;
  readonly #pieces: { readonly start: number; readonly bytes: number }[] = [];
  #end = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @throws AppError 'disk-full', 'file-not-writable' of the temporary folder */
  add(record: Entity): void {
    const text = JSON.stringify(record);
    this.#waiting.push(text);
    this.#characters += text.length;
    this.#size += 1;
    if (this.#waiting.length >= most.records || this.#characters >= most.characters) this.#putAway();
  }

  *[Symbol.iterator](): Generator<Entity, undefined> {
    for (const { start, bytes } of this.#pieces) {
      const piece = Buffer.allocUnsafe(bytes);
      this.#read(piece, start);
      for (const line of piece.toString().split('\n')) yield JSON.parse(line) as Entity; // written above
    }
    for (const text of this.#waiting) yield JSON.parse(text) as Entity; // as above
    return undefined;
  }

  close(): void {
    this.#file?.close();
    this.#file = null;
    this.#pieces.length = 0;
    this.#waiting = [];
  }

  #putAway(): void {
    this.#file ??= openTemporaryFile();
    // JSON.stringify writes no line break, and escapes half characters.
    const piece = Buffer.from(this.#waiting.join('\n'));
    try {
      for (let done = 0; done < piece.length; )
        done += writeSync(this.#file.handle, piece, done, piece.length - done, this.#end + done);
    } catch (error) {
      throw fileError(error, this.#file.path, 'write');
    }
    this.#pieces.push({ start: this.#end, bytes: piece.length });
    this.#end += piece.length;
    this.#waiting = [];
    this.#characters = 0;
  }

  #read(piece: Buffer, start: number): void {
    if (this.#file === null) throw new Error('A spool that was closed is not read.');
    for (let done = 0; done < piece.length; ) {
      const got = readSync(this.#file.handle, piece, done, piece.length - done, start + done);
      if (got === 0) throw new Error('What was written into the temporary folder is not there any more.');
      done += got;
    }
  }
}

/** Put away in one go: a millisecond or two. */
const most = { records: 500, characters: 1_000_000 };

interface TemporaryFile {
  readonly path: string;
  readonly handle: number;
  close(): void;
}

/** Of this account alone. It has no name from its first moment where the system allows that, so that a kill leaves nothing. */
function openTemporaryFile(): TemporaryFile {
  const folder = join(tmpdir(), 'pixellm-import-');
  try {
    const place = mkdtempSync(folder);
    const path = join(place, 'records');
    const handle = openSync(path, 'wx+', 0o600);
    const remove = (): void => rmSync(place, { recursive: true, force: true });
    if (process.platform !== 'win32') remove();
    const close = (): void => {
      closeSync(handle);
      if (process.platform === 'win32') remove();
    };
    return { path, handle, close };
  } catch (error) {
    throw fileError(error, folder, 'write');
  }
}
