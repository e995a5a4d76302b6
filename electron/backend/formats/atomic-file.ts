import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../../common/errors.ts';
import { fileError } from '../app/file-errors.ts';

/** Text pieces are gathered up to this size before they go to the disk. */
const pieceBytes = 1 << 18;

/**
 * Writes a file so that it is there whole or not at all: into a neighbour `*.partial-*`, to the disk, then renamed.
 * Whatever goes wrong - a full disk, a cancel, a fault of the source - the neighbour is removed and an older file
 * of that name is left as it was.
 *
 * @throws AppError 'disk-full', 'file-not-writable', and as placeToWrite, and what `pieces` throws
 */
export async function writeFileWhole(
  path: string,
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const place = await placeToWrite(path);
  const unfinished = `${place}.partial-${randomUUID().slice(0, 8)}`;
  try {
    await writePieces(unfinished, pieces, signal);
    await rename(unfinished, place);
    await syncFolder(dirname(place));
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw fileError(error, path, 'write');
  }
}

/**
 * Where a file of this path really goes: behind a link, which stays one. For those who work long before they write, too: what
 * speaks against the path is known beforehand.
 *
 * @throws AppError 'file-not-found' (no such folder), 'bad-input' for a folder, a device or a pipe: the rename would put a file in its place
 */
export async function placeToWrite(path: string): Promise<string> {
  try {
    if (streams.test(path)) throw notAFile(path, 'a device or a pipe');
    const place = await realpath(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return null; // the usual case: a new file
    });
    if (place === null) {
      await stat(dirname(path));
      return path;
    }
    const found = await stat(place);
    if (found.isFile()) return place;
    throw notAFile(path, found.isDirectory() ? 'a folder' : 'a device or a pipe');
  } catch (error) {
    throw fileError(error, path, 'write');
  }
}

/** Where a process finds its own streams: behind /dev/stdout may lie a file somebody is writing to. /dev/shm is an ordinary folder. */
const streams = /^\/(?:dev|proc)\/(?!shm\/)/u;

function notAFile(path: string, what: string): AppError {
  return new AppError('bad-input', `${path} is ${what}, not a file that can be written.`, { path });
}

async function writePieces(
  path: string,
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const file = await open(path, 'wx');
  try {
    let waiting: Uint8Array[] = [];
    let waitingBytes = 0;
    for await (const piece of pieces) {
      signal.throwIfAborted();
      const bytes = typeof piece === 'string' ? Buffer.from(piece, 'utf8') : piece;
      waiting.push(bytes);
      waitingBytes += bytes.length;
      if (waitingBytes < pieceBytes) continue;
      await file.writeFile(Buffer.concat(waiting));
      waiting = [];
      waitingBytes = 0;
    }
    await file.writeFile(Buffer.concat(waiting));
    signal.throwIfAborted();
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the rename itself durable. Windows cannot open folders and needs no such step. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
