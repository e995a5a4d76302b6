import type { Network } from '../pixellm/network.ts';
import { argmax } from './argmax.ts';
import type { EmbeddingTable } from './embedding-table.ts';
import type { KeyValueCache } from './key-value-cache.ts';
import { floats, hostFloats, hostIntegers, integers } from './ort-tensors.ts';
import type { RunTensor, Session } from './ort-tensors.ts';
import { requireFinite } from './require-finite.ts';
import { commonPrefixLength } from './sequence.ts';
import type { Cell } from './sequence.ts';

/** Embedding rows of an image's tokens, f32 [tokens, hidden], by image key. */
export type ImageTokens = (imageKey: string) => Float32Array;

/** What one run of the decoder gives for the rows it was asked about. Not in the cache until `Decoder.keep`. */
export interface Pass {
  readonly cells: readonly Cell[];
  /** The most likely token after the nth row asked for. */
  choice(row: number): number;
  /** f32 [vocabulary] of the nth row asked for; null where they stayed on the GPU. */
  logits(row: number): Float32Array | null;
  /** Final-normed state, f32 [hidden], of the nth row asked for. A copy, free to keep. */
  state(row: number): Float32Array;
  readonly outputs: Readonly<Record<string, RunTensor>>;
}

export interface DecoderParts {
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

  /** Cells that one run should read at most, so that it is worth its while and cancelling still works soon. */
  get cellsPerRun(): number {
    return this.#parts.cache.cellsPerRun;
  }

  /** Cells of `sequence` that need not be read again, because the cache holds them already. */
  reusableLength(sequence: readonly Cell[]): number {
    return commonPrefixLength(this.#cells, sequence);
  }

  /** Forgets all but the first `length` cells. */
  truncate(length: number): void {
    this.#cells.length = Math.min(this.#cells.length, length);
    const { cache } = this.#parts;
    cache.truncate(this.#cells.length + cache.dummyRows);
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
      rows: integers(wantedRows, [wantedRows.length]),
      ...cache.inputs(this.#cells, cells),
    };
    const answer = cache.choosesInside ? 'choice' : 'logits';
    const start = performance.now();
    const outputs = await session.run(feeds, [answer, 'hidden', ...cache.outputNames], cache.bound);
    cache.noteRun(cells.length, performance.now() - start);
    return { cells, outputs, ...this.#readAnswer(outputs, wantedRows.length) };
  }

  #readAnswer(
    outputs: Readonly<Record<string, RunTensor>>,
    rows: number,
  ): Pick<Pass, 'choice' | 'logits' | 'state'> {
    const { cache, language } = this.#parts;
    const hidden = hostFloats(outputs, 'hidden');
    const state = (row: number): Float32Array =>
      hidden.slice(row * language.hidden, (row + 1) * language.hidden);
    // A driver in trouble computes on without a word.
    requireFinite(hidden.subarray(0, rows * language.hidden), 'states behind its words');
    if (cache.choosesInside) {
      const choices = hostIntegers(outputs, 'choice');
      return { choice: (row) => choices[row] ?? 0, logits: () => null, state };
    }
    const all = hostFloats(outputs, 'logits');
    requireFinite(all.subarray(0, rows * language.vocabulary), 'words');
    const logits = (row: number): Float32Array =>
      all.subarray(row * language.vocabulary, (row + 1) * language.vocabulary);
    return { choice: (row) => argmax(logits(row)), logits, state };
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
}
