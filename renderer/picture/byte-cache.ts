/** Least-recently-used values within a limit of bytes; what falls out is released. */
export class ByteCache<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
  readonly #limitBytes: number;
  readonly #release: (value: Value) => void;
  #bytes = 0;

  constructor(options: { readonly limitBytes: number; readonly release: (value: Value) => void }) {
    this.#limitBytes = options.limitBytes;
    this.#release = options.release;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Also marks the value as just used. */
  get(key: string): Value | null {
    const entry = this.#entries.get(key);
    if (!entry) return null;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** The newest value is kept even when it alone is over the limit. */
  set(key: string, value: Value, bytes: number): void {
    this.delete(key);
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#limitBytes || oldest === key) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    this.#release(entry.value);
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.delete(key);
  }
}
