import { open, readFile, rename, rm } from 'node:fs/promises';
import { fileError } from './file-errors.ts';

/** @returns null where there is no such file; one that is there and cannot be read throws, so that nobody takes it for none and writes over it */
export async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return null;
    throw fileError(error, path, 'read');
  }
}

/** Writes a file of this account's alone, whole or not at all, durable when it resolves. One writer at a time (`aloneOn`). */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const unfinished = unfinishedOf(path);
  try {
    const handle = await open(unfinished, 'w', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw fileError(error, path, 'write');
  }
}

/** Where the file grows before it takes its place; a kill may leave it. */
export const unfinishedOf = (path: string): string => `${path}.partial`;
