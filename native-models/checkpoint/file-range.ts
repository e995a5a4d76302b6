import type { FileHandle } from 'node:fs/promises';
import { ModelError } from '../errors.ts';
import { mistakenFor, tellingBytes } from '../mistaken-file.ts';
import { openRegularFile } from '../regular-file.ts';

/** A file read by byte ranges; nothing is read ahead or kept. Close it with dispose(). */
export class RangeFile {
  readonly path: string;
  readonly bytes: number;
  readonly #handle: FileHandle;

  private constructor(path: string, bytes: number, handle: FileHandle) {
    this.path = path;
    this.bytes = bytes;
    this.#handle = handle;
  }

  /** @throws ModelError 'checkpoint-not-found'; 'checkpoint-corrupt' when something else lies where the file should be */
  static async open(path: string): Promise<RangeFile> {
    const { handle, bytes } = await openRegularFile(path, 'checkpoint-not-found');
    const file = new RangeFile(path, bytes, handle);
    try {
      const mistaken = mistakenFor(await file.read(0, Math.min(bytes, tellingBytes)));
      if (mistaken !== null)
        throw new ModelError('checkpoint-corrupt', `${path} ${mistaken}`, { path, bytes });
      return file;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** @throws ModelError 'checkpoint-corrupt' when the file ends before the range does */
  async read(start: number, length: number): Promise<Uint8Array> {
    this.#checkRange(start, length);
    const target = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      // One call moves at most 2 GiB, so that large ranges take several.
      const step = Math.min(length - done, 1 << 30);
      const { bytesRead } = await this.#handle.read(target, done, step, start + done);
      if (bytesRead === 0) throw this.#truncated(start, length);
      done += bytesRead;
    }
    return target;
  }

  #checkRange(start: number, length: number): void {
    const sane = Number.isSafeInteger(start) && Number.isSafeInteger(length) && start >= 0 && length >= 0;
    if (!sane || start + length > this.bytes) throw this.#truncated(start, length);
  }

  #truncated(start: number, length: number): ModelError {
    return new ModelError(
      'checkpoint-corrupt',
      `${this.path} is cut off or damaged: bytes ${start} to ${start + length} are needed, the file has ${this.bytes}.`,
      { path: this.path, start, length, bytes: this.bytes },
    );
  }

  async dispose(): Promise<void> {
    await this.#handle.close();
  }
}
