import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError } from '../app/file-errors.ts';
import { syncFolder } from '../app/sync-to-disk.ts';
import type { WriteGuard } from '../project/write-guard.ts';

/** Text pieces are gathered up to this size before they go to the disk. */
const pieceBytes = 1 << 18;

/**
 * Writes a file so that it is there whole or not at all: into a neighbour `*.partial-*`, to the disk, then renamed.
 * Whatever goes wrong - a full disk, a cancel, a fault of the source - the neighbour is removed and an older file
 * of that name is left as it was.
 *
 * @throws AppError 'disk-full', 'file-not-writable', and as the guard's `place`, and what `pieces` throws
 */
export async function writeFileWhole(
  path: string,
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  { guard, signal }: { readonly guard: WriteGuard; readonly signal: AbortSignal },
): Promise<void> {
  const place = await guard.place(path);
  const unfinished = `${place}.partial-${randomUUID().slice(0, 8)}`;
  const over = await guard.begin(unfinished);
  try {
    await writePieces(unfinished, pieces, signal);
    await rename(unfinished, place);
    await syncFolder(dirname(place));
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw fileError(error, path, 'write');
  } finally {
    await over();
  }
  await guard.wrote([place]);
}

/** Writes a new file and waits for the disk. Pieces of text are gathered before they go there. @throws system errors, 'EEXIST' where it is there */
export async function writePieces(
  path: string,
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for await (const block of inBlocks(pieces)) {
      signal.throwIfAborted();
      await file.writeFile(block);
    }
    signal.throwIfAborted();
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The same bytes in pieces of some size. */
export async function* inBlocks(
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  for await (const piece of pieces) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece, 'utf8') : piece;
    waiting.push(bytes);
    waitingBytes += bytes.length;
    if (waitingBytes < pieceBytes) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
  }
  yield Buffer.concat(waiting);
}
