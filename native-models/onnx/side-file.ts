import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { assert } from '../errors.ts';
import { onnxDtypes } from './dtype.ts';
import type { Value } from './graph.ts';
import { elementsOf } from './shape.ts';

/** Where a weight lies in a side file. */
export type StoredWeight = { readonly value: Value; readonly offset: number; readonly bytes: number };

/** Large weights begin at a page, so that the runtime can map instead of read them; small ones only keep the cache line. */
const pageBytes = 4096;
const largeWeightBytes = 16 * 1024;
const smallAlignment = 64;

/** Writes a file from beginning to end, hashing on the way. Close it with finish() or dispose(). */
export class HashedFile {
  readonly #handle: FileHandle;
  readonly #hash: Hash = createHash('sha256');
  #bytes = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  static async create(path: string): Promise<HashedFile> {
    return new HashedFile(await open(path, 'wx'));
  }

  get bytes(): number {
    return this.#bytes;
  }

  async append(chunk: Uint8Array): Promise<void> {
    this.#hash.update(chunk);
    let done = 0;
    while (done < chunk.length) {
      const { bytesWritten } = await this.#handle.write(chunk, done, chunk.length - done, this.#bytes + done);
      done += bytesWritten;
    }
    this.#bytes += chunk.length;
  }

  /** Makes the content durable and closes the file. */
  async finish(): Promise<{ bytes: number; sha256: string }> {
    await this.#handle.sync();
    await this.#handle.close();
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  async dispose(): Promise<void> {
    await this.#handle.close().catch(() => undefined); // Already closed by finish(): nothing to release.
  }
}

/** Appends one weight to a side file, chunk by chunk. */
export async function appendWeight(
  file: HashedFile,
  value: Value,
  chunks: AsyncIterable<Uint8Array>,
): Promise<StoredWeight> {
  const bytes = elementsOf(value.shape) * onnxDtypes[value.dtype].bytes;
  const alignment = bytes >= largeWeightBytes ? pageBytes : smallAlignment;
  const gap = (alignment - (file.bytes % alignment)) % alignment;
  if (gap > 0) await file.append(new Uint8Array(gap));
  const offset = file.bytes;
  for await (const chunk of chunks) await file.append(chunk);
  assert(
    file.bytes - offset === bytes,
    `weight ${value.name} has ${bytes} bytes, not ${file.bytes - offset}`,
  );
  return { value, offset, bytes };
}
