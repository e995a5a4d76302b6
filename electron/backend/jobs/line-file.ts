import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { makeFolder } from '../app/make-folder.ts';
import { AppError } from '../../common/errors.ts';
import { fileError } from '../app/file-errors.ts';

/**
 * A file of JSON lines that only grows: what was appended is on the disk when `append` resolves, and a kill in the middle of a line costs that line
 * alone. Lines that come while the disk is busy go there together.
 */
export interface LineFile {
  /** @throws AppError 'disk-full', 'file-not-writable'; after that the file takes no more */
  append(value: unknown): Promise<void>;
  close(): Promise<void>;
}

const newLine = 10;

/**
 * Opens the file to append to it, and makes it where there is none. A line that was cut off is taken away first.
 *
 * @throws AppError 'file-not-writable', 'file-not-found', 'disk-full'
 */
export async function openLineFile(path: string): Promise<LineFile> {
  try {
    await makeFolder(dirname(path));
    const file = await open(path, 'a+');
    try {
      const { size } = await file.stat();
      const end = await endOfLastLine(file, size);
      if (end < size) await file.truncate(end);
    } catch (error) {
      await file.close();
      throw error;
    }
    return lineFile(path, file);
  } catch (error) {
    throw fileError(error, path, 'write');
  }
}

function lineFile(path: string, file: FileHandle): LineFile {
  let waiting: string[] = [];
  let writing: Promise<void> | null = null;
  let failure: unknown = null;

  const writeWaiting = async (): Promise<void> => {
    // Lets everybody who finished in this turn of the loop share one sync.
    await Promise.resolve();
    const lines = waiting;
    waiting = [];
    writing = null;
    await file.appendFile(lines.join(''));
    await file.datasync();
  };
  let last = Promise.resolve();
  return {
    append(value) {
      if (failure !== null) return Promise.reject(failure);
      waiting.push(`${JSON.stringify(value)}\n`);
      writing ??= last = last.then(writeWaiting).catch((error: unknown) => {
        failure = fileError(error, path, 'write');
        throw failure;
      });
      return writing;
    },
    async close() {
      await last.catch(() => undefined); // told to whoever appended
      await file.close();
    },
  };
}

/** Bytes up to and with the last line end. */
async function endOfLastLine(file: FileHandle, size: number): Promise<number> {
  const block = new Uint8Array(65_536);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - block.length);
    const { bytesRead } = await file.read(block, 0, end - start, start);
    const at = block.subarray(0, bytesRead).lastIndexOf(newLine);
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}

/**
 * The file's lines, one after the other; nothing for a file that is not there. A last line without its end was cut off by a kill and counts for nothing.
 *
 * @throws AppError 'bad-file' for a line that is no JSON, 'file-not-readable'
 */
export async function* readLines(path: string): AsyncGenerator<unknown> {
  const ends = await lineEnds(path);
  if (ends === 0) return;
  const input = createReadStream(path, { encoding: 'utf8' });
  let number = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (++number > ends) return;
      if (line !== '') yield parseLine(line, number, path);
    }
  } catch (error) {
    throw fileError(error, path, 'read');
  } finally {
    input.destroy();
  }
}

async function lineEnds(path: string): Promise<number> {
  let ends = 0;
  try {
    for await (const block of createReadStream(path) as AsyncIterable<Uint8Array>) {
      for (let at = block.indexOf(newLine); at >= 0; at = block.indexOf(newLine, at + 1)) ends++;
    }
  } catch (error) {
    const failure = fileError(error, path, 'read');
    if (failure instanceof AppError && failure.code === 'file-not-found') return 0;
    throw failure;
  }
  return ends;
}

function parseLine(line: string, number: number, path: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    throw new AppError('bad-file', `Line ${number} of ${path} is damaged.`, { path, line: number });
  }
}
