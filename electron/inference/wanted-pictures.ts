/** Pixels that requests under way wait for. */
export class WantedPictures {
  readonly #ask: (id: number) => void;
  readonly #waiting = new Map<number, (rgb: Uint8Array) => void>();

  /** @param ask tells the other side that the request of this id wants its picture */
  constructor(ask: (id: number) => void) {
    this.#ask = ask;
  }

  /** @throws the signal's reason */
  async ask(id: number, signal: AbortSignal): Promise<Uint8Array> {
    signal.throwIfAborted();
    try {
      return await new Promise<Uint8Array>((resolve, reject) => {
        this.#waiting.set(id, resolve);
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        this.#ask(id);
      });
    } finally {
      this.#waiting.delete(id);
    }
  }

  /** A picture that nobody waits for any more is dropped. */
  receive({ id, rgb }: { readonly id: number; readonly rgb: Uint8Array }): void {
    this.#waiting.get(id)?.(rgb);
  }
}
