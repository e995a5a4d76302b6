import type { Provider } from '../../names.ts';
import { answerTime } from './answer-time.ts';
import type { PartTimes } from './answer-time.ts';
import type { MeasuredProvider } from '../../shapes.ts';

/** Thrown by a race that is lost: the provider is not loaded any further. */
export class Outrun extends Error {}

/** One provider while it is loaded and timed, part by part. */
export class Race {
  readonly provider: Provider;
  readonly #best: number | null;
  readonly #makeRoom: () => Promise<void>;
  readonly #parts: Partial<Record<keyof PartTimes, number>> = {};
  #isLost = false;

  /**
   * @param best      milliseconds that an answer takes with the best provider so far
   * @param makeRoom  frees the memory of the best so far where two models may not fit
   */
  constructor(provider: Provider, best: number | null, makeRoom: () => Promise<void>) {
    this.provider = provider;
    this.#best = best;
    this.#makeRoom = makeRoom;
  }

  /** Called before the large part, which is then known to be worth loading. */
  async beforeDecoder(): Promise<void> {
    await this.#makeRoom();
  }

  /** @throws Outrun when even with nothing else to do it would take longer than the best */
  note(part: keyof PartTimes, milliseconds: number): void {
    this.#parts[part] = milliseconds;
    if (this.#best === null || answerTime(this.#parts) <= this.#best) return;
    this.#isLost = true;
    throw new Outrun(`${this.provider} cannot win.`);
  }

  get result(): MeasuredProvider {
    const { provider } = this;
    const isWhole = !this.#isLost;
    return { provider, answerMs: answerTime(this.#parts), tokenMs: this.#parts.step ?? 0, isWhole };
  }
}
