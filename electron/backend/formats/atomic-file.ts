import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError } from '../app/file-errors.ts';

/** Text pieces are gathered up to this size before they go to the disk. */
const pieceBytes = 1 << 18;

/**
 * Writes a file so that it is there whole or not at all: into a neighbour `*.partial-*`, to the disk, then renamed.
 * Whatever goes wrong - a full disk, a cancel, a fault of the source - the neighbour is removed and an older file
 * of that name is left as it was.
 *
 * @throws AppError 'disk-full', 'file-not-writable', 'file-not-found' (no such folder), and what `pieces` throws
 */
export async function writeFileWhole(
  path: string,
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const unfinished = `${path}.partial-${randomUUID().slice(0, 8)}`;
  try {
    await writePieces(unfinished, pieces, signal);
    await rename(unfinished, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw fileError(error, path, 'write');
  }
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
