import { ModelError } from '../errors.ts';
import { hiddenBias } from './image/padding.ts';
import { cacheNames } from './key-value-cache.ts';
import type { CachedLanguage, KeyValueCache } from './key-value-cache.ts';
import { floats, integers } from './ort-tensors.ts';
import type { RunTensor } from './ort-tensors.ts';
import type { Cell } from './sequence.ts';

/**
 * The cache in main memory: per layer one array for keys and one for values, larger than needed. A run reads its beginning in place and gives only
 * the new rows, which are copied behind it; nothing else is ever copied (native-models/runtime/RUNTIME.md section 4).
 */
export class HostCache implements KeyValueCache {
  readonly dummyRows = 1;
  readonly choosesInside = false;
  /** Enough to be efficient, few enough to cancel between (native-models/runtime/RUNTIME.md section 1). */
  readonly cellsPerRun = 64;
  readonly bound = {};
  readonly outputNames: readonly string[];
  readonly #inputNames: readonly string[];
  readonly #dims: readonly [number, number];
  readonly #rowSize: number;
  readonly #limit: number;
  #capacity: number;
  #arrays: Float32Array[];
  #rows = 1;

  /** @param limit  rows it may ever need, the dummy included */
  constructor(language: CachedLanguage, limit: number) {
    this.outputNames = cacheNames(language, 'new');
    this.#inputNames = cacheNames(language, 'past');
    this.#dims = [language.heads, language.headDim];
    this.#rowSize = language.heads * language.headDim;
    this.#limit = limit;
    this.#capacity = Math.min(limit, 256);
    this.#arrays = this.#inputNames.map(() => allocate(this.#capacity * this.#rowSize));
  }

  get rows(): number {
    return this.#rows;
  }

  inputs(past: readonly Cell[], next: readonly Cell[]): Record<string, RunTensor> {
    return {
      position_ids: integers(
        next.map((cell) => cell.position),
        [1, next.length],
      ),
      bias: floats(attentionBias(past, next), [1, 1, next.length, this.#rows + next.length]),
      ...this.feeds(),
    };
  }

  /** The cache as graph inputs. */
  feeds(): Record<string, RunTensor> {
    const length = this.#rows * this.#rowSize;
    return Object.fromEntries(
      this.#inputNames.map((name, index) => [
        name,
        floats(this.#array(index).subarray(0, length), [this.#rows, ...this.#dims]),
      ]),
    );
  }

  append(outputs: Readonly<Record<string, RunTensor>>, count: number): void {
    this.#reserve(this.#rows + count);
    for (const [index, name] of this.outputNames.entries()) {
      const rows = outputs[name];
      if (rows?.location !== 'host' || !(rows.data instanceof Float32Array))
        throw new Error(`The decoder gave no rows ${name}.`);
      this.#array(index).set(rows.data.subarray(0, count * this.#rowSize), this.#rows * this.#rowSize);
    }
    this.#rows += count;
  }

  noteRun(): void {
    // Always the same: a golden answer must not depend on how busy the machine is.
  }

  truncate(rows: number): void {
    this.#rows = Math.max(1, Math.min(this.#rows, rows));
  }

  release(): void {
    this.#arrays = [];
    this.#capacity = 0;
    this.#rows = 1;
  }

  #array(index: number): Float32Array {
    const array = this.#arrays[index];
    if (array === undefined) throw new Error('The cache was used after it was released.');
    return array;
  }

  /** Doubles, so that a long conversation copies its cache a handful of times in all. */
  #reserve(rows: number): void {
    if (rows > this.#limit)
      throw new Error(`The cache holds at most ${this.#limit} rows; ${rows} were asked for.`);
    if (rows <= this.#capacity) return;
    const capacity = Math.min(this.#limit, Math.max(rows, this.#capacity * 2));
    // One at a time, so that the peak is one array above the new size.
    for (let index = 0; index < this.#arrays.length; index++) {
      const grown = allocate(capacity * this.#rowSize);
      grown.set(this.#array(index).subarray(0, this.#rows * this.#rowSize));
      this.#arrays[index] = grown;
    }
    // Only now: when an allocation fails, the cache stays as it was.
    this.#capacity = capacity;
  }
}

function allocate(length: number): Float32Array<ArrayBuffer> {
  try {
    return new Float32Array(length);
  } catch (cause) {
    throw new ModelError(
      'out-of-memory',
      'There is not enough memory to remember a conversation of this length.',
      { length },
      cause,
    );
  }
}

/** f32 [next, 1 + past + next]: 0 where a cell may look, else float32's minimum. The dummy row is the first; after it the cells read so far. */
function attentionBias(pastCells: readonly Cell[], next: readonly Cell[]): Float32Array {
  const past = 1 + pastCells.length;
  const width = past + next.length;
  const bias = new Float32Array(next.length * width);
  const hiddenPast = [0, ...pastCells.flatMap((cell, index) => (cell.isVisible ? [] : [index + 1]))];
  for (const [query, _] of next.entries()) {
    const row = bias.subarray(query * width, (query + 1) * width);
    for (const key of hiddenPast) row[key] = hiddenBias;
    for (let key = 0; key <= query; key++) if (next[key]?.isVisible === false) row[past + key] = hiddenBias;
    row.fill(hiddenBias, past + query + 1);
  }
  return bias;
}
