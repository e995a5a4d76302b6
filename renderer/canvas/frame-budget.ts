/**
 * Time of a frame for composing tiles and tracing outlines; what is left over is done in the next frames. One for all
 * layers: together they must leave the rest of the frame to drawing.
 */
export class FrameBudget {
  readonly #limitMs: number;
  readonly #now: () => number;
  #end: number | null = null;

  constructor(limitMs: number, now: () => number = () => performance.now()) {
    this.#limitMs = limitMs;
    this.#now = now;
  }

  startFrame(): void {
    this.#end = null;
  }

  /** True at least once in every frame, so that a slow machine gets there too. */
  readonly hasTime = (): boolean => {
    const now = this.#now();
    this.#end ??= now + this.#limitMs;
    return now < this.#end;
  };
}
