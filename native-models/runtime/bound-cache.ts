import { cacheNames } from './key-value-cache.ts';
import type { CachedLanguage, KeyValueCache } from './key-value-cache.ts';
import { wholeNumbers } from './ort-tensors.ts';
import type { RunTensor, Session } from './ort-tensors.ts';
import type { Cell } from './sequence.ts';

/** Time that a run should take at most, so that cancelling works soon enough (250 ms) with something to spare. */
const longestRunMs = 180;
const fewestCells = 64;
const mostCells = 512;

/**
 * The cache in the GPU's memory, of fixed capacity: a run writes its new rows behind the others, in place. Nothing of it is ever copied, sent or
 * made anew; forgetting rows means writing over them.
 */
export class BoundCache implements KeyValueCache {
  readonly dummyRows = 0;
  readonly choosesInside = true;
  readonly outputNames: readonly string[] = [];
  readonly bound: Readonly<Record<string, RunTensor>>;
  readonly #past: Readonly<Record<string, RunTensor>>;
  /** The position of each row, as the graph reads them. */
  readonly #positions: BigInt64Array;
  #rows = 0;
  #cellsPerRun = 2 * fewestCells;
  #longestRun = mostCells;

  private constructor(tensors: readonly RunTensor[], language: CachedLanguage, capacity: number) {
    const named = (prefix: 'past' | 'present'): Record<string, RunTensor> =>
      Object.fromEntries(
        cacheNames(language, prefix).flatMap((name, index) => {
          const tensor = tensors[index];
          return tensor ? [[name, tensor]] : [];
        }),
      );
    this.#past = named('past');
    this.bound = named('present');
    this.#positions = new BigInt64Array(capacity);
  }

  /**
   * @param capacity  cells it has room for
   * @throws ModelError 'out-of-memory' when the GPU has no room for it
   */
  static async create(
    session: Session,
    language: CachedLanguage,
    { capacity, dtype }: { capacity: number; dtype: 'f32' | 'f16' },
  ): Promise<BoundCache> {
    const dims = [1, language.heads, capacity, language.headDim];
    const tensors: RunTensor[] = [];
    try {
      for (const _ of cacheNames(language, 'past')) tensors.push(await session.allocate(dtype, dims));
    } catch (cause) {
      for (const tensor of tensors) release(tensor);
      throw cause;
    }
    return new BoundCache(tensors, language, capacity);
  }

  get rows(): number {
    return this.#rows;
  }

  get cellsPerRun(): number {
    return Math.min(this.#cellsPerRun, this.#longestRun);
  }

  inputs(_: readonly Cell[], next: readonly Cell[]): Record<string, RunTensor> {
    const total = this.#rows + next.length;
    if (total > this.#positions.length)
      throw new Error(`The cache holds at most ${this.#positions.length} rows; ${total} were asked for.`);
    for (const [index, cell] of next.entries()) {
      if (!cell.isVisible)
        throw new Error('A cache in the GPU’s memory has no place for cells that nobody may look at.');
      this.#positions[this.#rows + index] = BigInt(cell.position);
    }
    return {
      positions: { location: 'host', dims: [this.#positions.length], data: this.#positions },
      last_row: wholeNumbers([total - 1], [1]),
      total_rows: wholeNumbers([total], [1]),
      ...this.#past,
    };
  }

  append(_: Readonly<Record<string, RunTensor>>, count: number): void {
    this.#rows += count;
  }

  /** Learns how many cells a run may read from how long one of `cells` took. */
  noteRun(cells: number, milliseconds: number): void {
    if (cells < fewestCells) return; // steps and drafts say nothing about long runs
    const affordable = (cells * longestRunMs) / Math.max(milliseconds, 1);
    const whole = Math.floor(affordable / fewestCells) * fewestCells;
    this.#cellsPerRun = Math.min(mostCells, Math.max(fewestCells, whole));
  }

  /** Never reads more than `cells` in a run: more come out wrong on this GPU. */
  limitRuns(cells: number): void {
    this.#longestRun = cells;
  }

  truncate(rows: number): void {
    this.#rows = Math.max(0, Math.min(this.#rows, rows));
  }

  release(): void {
    for (const tensor of Object.values(this.#past)) release(tensor);
    this.#rows = 0;
  }
}

function release(tensor: RunTensor): void {
  if (tensor.location === 'device') tensor.release();
}
