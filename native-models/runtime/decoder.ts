import type { Network } from '../pixellm/network.ts';
import type { EmbeddingTable } from './embedding-table.ts';
import { hiddenBias } from './image/padding.ts';
import type { KeyValueCache } from './key-value-cache.ts';
import { floats, hostFloats, integers } from './ort.ts';
import type { RunTensor, Session } from './ort.ts';
import { commonPrefixLength } from './sequence.ts';
import type { Cell } from './sequence.ts';

/** Embedding rows of an image's tokens, f32 [tokens, hidden], by image key. */
export type ImageTokens = (imageKey: string) => Float32Array;

/** What one run of the decoder gives for the rows it was asked about. Not in the cache until `Decoder.keep`. */
export interface Pass {
  readonly cells: readonly Cell[];
  /** f32 [vocabulary] of the nth row asked for. */
  logits(row: number): Float32Array;
  /** Final-normed state, f32 [hidden], of the nth row asked for. A copy, free to keep. */
  state(row: number): Float32Array;
  readonly outputs: Readonly<Record<string, RunTensor>>;
}

interface DecoderParts {
  readonly session: Session;
  readonly cache: KeyValueCache;
  readonly embedding: EmbeddingTable;
  readonly language: Network['language'];
  readonly imageTokens: ImageTokens;
}

/** The language model with the sequence it has read so far. */
export class Decoder {
  readonly #parts: DecoderParts;
  /** What the cache's rows after the dummy stand for. */
  #cells: Cell[] = [];

  constructor(parts: DecoderParts) {
    this.#parts = parts;
  }

  get cells(): readonly Cell[] {
    return this.#cells;
  }

  /** Cells of `sequence` that need not be read again, because the cache holds them already. */
  reusableLength(sequence: readonly Cell[]): number {
    return commonPrefixLength(this.#cells, sequence);
  }

  /** Forgets all but the first `length` cells. */
  truncate(length: number): void {
    this.#cells.length = Math.min(this.#cells.length, length);
    this.#parts.cache.truncate(this.#cells.length + 1);
  }

  /**
   * Computes `cells` after those read so far, in one run.
   *
   * @param wantedRows  indices into `cells` whose logits and states are needed, at least one
   */
  async forward(cells: readonly Cell[], wantedRows: readonly number[]): Promise<Pass> {
    const { session, cache, language } = this.#parts;
    const feeds: Record<string, RunTensor> = {
      embeds: floats(await this.#embed(cells), [1, cells.length, language.hidden]),
      position_ids: integers(
        cells.map((cell) => cell.position),
        [1, cells.length],
      ),
      bias: floats(this.#bias(cells), [1, 1, cells.length, cache.rows + cells.length]),
      rows: integers(wantedRows, [wantedRows.length]),
      ...cache.feeds(),
    };
    const outputs = await session.run(feeds, ['logits', 'hidden', ...cache.outputNames]);
    const logits = hostFloats(outputs, 'logits');
    const hidden = hostFloats(outputs, 'hidden');
    return {
      cells,
      outputs,
      logits: (row) => logits.subarray(row * language.vocabulary, (row + 1) * language.vocabulary),
      state: (row) => hidden.slice(row * language.hidden, (row + 1) * language.hidden),
    };
  }

  /** Makes the first `count` cells of a pass part of the sequence. The pass must be the latest. */
  keep(pass: Pass, count: number): void {
    this.#parts.cache.append(pass.outputs, count);
    this.#cells.push(...pass.cells.slice(0, count));
  }

  async release(): Promise<void> {
    this.#cells = [];
    this.#parts.cache.release();
    await this.#parts.session.release();
  }

  /** f32 [cells, hidden] */
  async #embed(cells: readonly Cell[]): Promise<Float32Array> {
    const { embedding, imageTokens, language } = this.#parts;
    const rows = new Float32Array(cells.length * language.hidden);
    for (const [index, cell] of cells.entries()) {
      const start = cell.token * language.hidden;
      const row =
        cell.image === null
          ? await embedding.row(cell.token)
          : imageTokens(cell.image).subarray(start, start + language.hidden);
      rows.set(row, index * language.hidden);
    }
    return rows;
  }

  /** f32 [cells, cache rows + cells]: 0 where a cell may look, else float32's minimum. */
  #bias(cells: readonly Cell[]): Float32Array {
    const past = this.#parts.cache.rows;
    const width = past + cells.length;
    const bias = new Float32Array(cells.length * width);
    // The dummy row is the first; after it the cells read so far.
    const hiddenPast = [0, ...this.#cells.flatMap((cell, index) => (cell.isVisible ? [] : [index + 1]))];
    for (const [query, _] of cells.entries()) {
      const row = bias.subarray(query * width, (query + 1) * width);
      for (const key of hiddenPast) row[key] = hiddenBias;
      for (let key = 0; key <= query; key++)
        if (cells[key]?.isVisible === false) row[past + key] = hiddenBias;
      row.fill(hiddenBias, past + query + 1);
    }
    return bias;
  }
}
