import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { ModelError } from '../errors.ts';
import { decodeHalfFloats } from '../half-floats.ts';
import type { ModelManifest } from '../pixellm/manifest.ts';

/**
 * Rows of embed_tokens, read from disk when they are needed: the table of a large model is hundreds of megabytes, of which a
 * conversation uses a few hundred rows. Recently used rows are kept.
 */
export class EmbeddingTable {
  readonly columns: number;
  readonly #file: FileHandle;
  readonly #rows: number;
  readonly #isHalf: boolean;
  readonly #kept = new Map<number, Float32Array>();
  readonly #keptLimit = 1024;

  private constructor(file: FileHandle, settings: ModelManifest['embedding']) {
    this.#file = file;
    this.columns = settings.columns;
    this.#rows = settings.rows;
    this.#isHalf = settings.dtype === 'f16';
  }

  /** @throws ModelError 'model-damaged' when the file is missing or not of the promised size */
  static async open(folder: string, settings: ModelManifest['embedding']): Promise<EmbeddingTable> {
    const location = path.join(folder, settings.file);
    let file: FileHandle;
    try {
      file = await open(location);
    } catch (cause) {
      throw new ModelError(
        'model-damaged',
        `The model’s file ${settings.file} cannot be read.`,
        { folder, file: settings.file },
        cause,
      );
    }
    const { size } = await file.stat();
    const expected = settings.rows * settings.columns * (settings.dtype === 'f16' ? 2 : 4);
    if (size !== expected) {
      await file.close();
      throw new ModelError(
        'model-damaged',
        `The model’s file ${settings.file} has ${size} bytes; its manifest promises ${expected}.`,
        { folder, file: settings.file },
      );
    }
    return new EmbeddingTable(file, settings);
  }

  /** f32 [columns]; belongs to the table, not to be changed. */
  async row(token: number): Promise<Float32Array> {
    const known = this.#kept.get(token);
    if (known !== undefined) return known;
    if (!Number.isInteger(token) || token < 0 || token >= this.#rows)
      throw new Error(`Token ${token} is not in the vocabulary of ${this.#rows}.`);
    const bytesPerRow = this.columns * (this.#isHalf ? 2 : 4);
    const bytes = new Uint8Array(bytesPerRow);
    const { bytesRead } = await this.#file.read(bytes, 0, bytesPerRow, token * bytesPerRow);
    if (bytesRead !== bytesPerRow)
      throw new ModelError('model-damaged', 'The model’s embedding table ended early.', { token });
    const row = this.#isHalf
      ? decodeHalfFloats(new Uint16Array(bytes.buffer))
      : new Float32Array(bytes.buffer);
    this.#keep(token, row);
    return row;
  }

  async close(): Promise<void> {
    this.#kept.clear();
    await this.#file.close();
  }

  #keep(token: number, row: Float32Array): void {
    const oldest = this.#kept.keys().next();
    if (this.#kept.size >= this.#keptLimit && oldest.done !== true) this.#kept.delete(oldest.value);
    this.#kept.set(token, row);
  }
}
