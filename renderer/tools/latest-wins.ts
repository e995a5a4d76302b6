import { AppError, isAbort } from '../../electron/common/errors.ts';

/**
 * Runs one piece of work at a time; a newer wish waits and replaces an older one that has not begun. For
 * previews that follow the pointer: the last position always gets its answer, those in between may not. Work that is
 * quick is let finish, so that a preview moves with a slider; slow work that nobody wants any more is cancelled.
 */
export class LatestWins<Wish> {
  readonly #work: (wish: Wish, signal: AbortSignal) => Promise<void>;
  readonly #onError: (thrown: unknown) => void;
  #abort = new AbortController();
  #next: { readonly wish: Wish } | null = null;
  #running: Promise<void> | null = null;
  #beganAt = 0;
  readonly #staleAfterMs: number;

  /** @param staleAfterMs a newer wish cancels work that has run for so long; by default it waits for its end */
  constructor(
    work: (wish: Wish, signal: AbortSignal) => Promise<void>,
    onError: (thrown: unknown) => void,
    staleAfterMs = Number.POSITIVE_INFINITY,
  ) {
    this.#work = work;
    this.#onError = onError;
    this.#staleAfterMs = staleAfterMs;
  }

  ask(wish: Wish): void {
    this.#next = { wish };
    if (this.#running === null) this.#running = this.#run();
    else if (performance.now() - this.#beganAt >= this.#staleAfterMs) this.#abortRunning();
  }

  /** Resolves when the newest wish has been answered or has failed. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Nothing that was asked for before has an effect any more. */
  cancel(): void {
    this.#next = null;
    this.#abortRunning();
  }

  #abortRunning(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  async #run(): Promise<void> {
    // The first step waits, so that #running is set before it can be cleared.
    await Promise.resolve();
    for (let next = this.#next; next !== null; next = this.#next) {
      this.#next = null;
      this.#beganAt = performance.now();
      const { signal } = this.#abort;
      try {
        await this.#work(next.wish, signal);
      } catch (thrown) {
        if (!signal.aborted && !isCancelled(thrown)) this.#onError(thrown);
      }
    }
    this.#running = null;
  }
}

function isCancelled(thrown: unknown): boolean {
  return isAbort(thrown) || (thrown instanceof AppError && thrown.code === 'cancelled');
}
