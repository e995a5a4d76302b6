import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { fileError } from '../app/file-errors.ts';
import { regularFile } from '../app/regular-file.ts';
import type { FileStamp } from '../project/image-file-table.ts';

export interface HashedFile {
  readonly sha256: string;
  readonly stamp: FileStamp;
}

/** @throws AppError 'file-not-found', 'file-not-readable' */
export async function hashFile(path: string, signal?: AbortSignal): Promise<HashedFile> {
  try {
    const stamp = await stampOf(path);
    const hash = createHash('sha256');
    await pipeline(createReadStream(path, { highWaterMark: 1 << 18 }), hash, signal ? { signal } : {});
    return { sha256: hash.digest('hex'), stamp };
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}

/** Of bytes in memory, hashed before others get their turn: about 2 ms. */
const sliceBytes = 2 * 1024 * 1024;

/** @returns SHA-256, hexadecimal; others are answered while it is computed */
export async function hashBytes(data: Uint8Array, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for (let start = 0; start < data.length; start += sliceBytes) {
    hash.update(data.subarray(start, start + sliceBytes));
    await setImmediate(undefined, signal ? { signal } : {});
  }
  return hash.digest('hex');
}

/** @throws AppError as regularFile */
export async function stampOf(path: string): Promise<FileStamp> {
  const { size, mtimeMs } = await regularFile(path);
  return { bytes: size, modifiedMs: mtimeMs };
}
