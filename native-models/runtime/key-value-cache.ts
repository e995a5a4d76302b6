import { ModelError } from '../errors.ts';
import type { Network } from '../pixellm/network.ts';
import { floats } from './ort.ts';
import type { DeviceTensor, RunTensor } from './ort.ts';

type Language = Pick<Network['language'], 'layers' | 'heads' | 'headDim'>;

/**
 * Keys and values of the rows the decoder has seen. Row 0 is a dummy no one looks at: an operator inside crashes on an empty cache
 * (native-models/runtime/RUNTIME.md section 3), so there is always one row.
 */
export interface KeyValueCache {
  /** Rows held, the dummy included. */
  readonly rows: number;
  /** Graph outputs that hold what a run adds. */
  readonly outputNames: readonly string[];
  /** The cache as graph inputs. */
  feeds(): Record<string, RunTensor>;
  /** Takes the first `count` of the new rows of a run; the others (a wrong draft) are forgotten. */
  append(outputs: Readonly<Record<string, RunTensor>>, count: number): void;
  /** Forgets all rows from `rows` on. */
  truncate(rows: number): void;
  release(): void;
}

/** [layer][key or value] */
const parts = ['key', 'value'] as const;

function partNames(language: Language, prefix: string): string[] {
  return Array.from({ length: language.layers }, (_, layer) =>
    parts.map((part) => `${prefix}_${part}.${layer}`),
  ).flat();
}

/**
 * The cache in main memory: per layer one array for keys and one for values, larger than needed. A run reads its beginning in place and gives only
 * the new rows, which are copied behind it; nothing else is ever copied (native-models/runtime/RUNTIME.md section 4).
 */
export class HostCache implements KeyValueCache {
  readonly outputNames: readonly string[];
  readonly #inputNames: readonly string[];
  readonly #dims: readonly [number, number];
  readonly #rowSize: number;
  readonly #limit: number;
  #capacity: number;
  #arrays: Float32Array[];
  #rows = 1;

  /** @param limit  rows it may ever need, the dummy included */
  constructor(language: Language, limit: number) {
    this.outputNames = partNames(language, 'new');
    this.#inputNames = partNames(language, 'past');
    this.#dims = [language.heads, language.headDim];
    this.#rowSize = language.heads * language.headDim;
    this.#limit = limit;
    this.#capacity = Math.min(limit, 256);
    this.#arrays = this.#inputNames.map(() => allocate(this.#capacity * this.#rowSize));
  }

  get rows(): number {
    return this.#rows;
  }

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

/**
 * The cache in the GPU's memory: a run's outputs are the whole cache with the new rows behind, and are fed to the next run without leaving the
 * device. Dropping rows means looking at the same memory with fewer of them.
 */
export class DeviceCache implements KeyValueCache {
  readonly outputNames: readonly string[];
  readonly #inputNames: readonly string[];
  readonly #dims: readonly [number, number];
  /** Empty until the first run, which reads a dummy row from main memory. */
  #tensors: DeviceTensor[] = [];
  #rows = 1;

  constructor(language: Language) {
    this.outputNames = DeviceCache.outputNamesFor(language);
    this.#inputNames = partNames(language, 'past');
    this.#dims = [language.heads, language.headDim];
  }

  static outputNamesFor(language: Language): string[] {
    return partNames(language, 'present');
  }

  get rows(): number {
    return this.#rows;
  }

  feeds(): Record<string, RunTensor> {
    const dims = [this.#rows, ...this.#dims];
    const dummy = floats(new Float32Array(this.#dims[0] * this.#dims[1]), dims);
    return Object.fromEntries(
      this.#inputNames.map((name, index) => [name, this.#tensors[index]?.withDims(dims) ?? dummy]),
    );
  }

  append(outputs: Readonly<Record<string, RunTensor>>, count: number): void {
    const next = this.outputNames.map((name) => {
      const tensor = outputs[name];
      if (tensor?.location !== 'device') throw new Error(`The decoder gave no cache ${name} on the device.`);
      return tensor;
    });
    for (const tensor of this.#tensors) tensor.release();
    this.#tensors = next;
    this.#rows += count;
  }

  truncate(rows: number): void {
    this.#rows = Math.max(1, Math.min(this.#rows, rows));
  }

  release(): void {
    for (const tensor of this.#tensors) tensor.release();
    this.#tensors = [];
    this.#rows = 1;
  }
}
