export type ConversionStage = 'check' | 'vision' | 'decoder' | 'masks' | 'embedding' | 'finish' | 'verify';

/** How far a conversion is: `done` of `total` bytes read for the record or written; `bytes` are those on disk. */
export type ConversionProgress = {
  readonly stage: ConversionStage;
  readonly done: number;
  readonly total: number;
  readonly bytes: number;
};

/** Counts written bytes and reports them, at most once per `step` bytes so that small weights do not flood the listener. */
export class ProgressCounter {
  readonly #total: number;
  readonly #report: (progress: ConversionProgress) => void;
  readonly #step: number;
  #done = 0;
  #read = 0;
  #reported = -1;

  constructor(total: number, report: (progress: ConversionProgress) => void) {
    this.#total = total;
    this.#report = report;
    this.#step = Math.max(1, Math.floor(total / 400));
  }

  begin(stage: ConversionStage): void {
    this.#emit(stage);
  }

  /** Bytes that were looked at and not written. */
  countRead(stage: ConversionStage, bytes: number): void {
    this.#read += bytes;
    this.#done += bytes;
    if (this.#done - this.#reported >= this.#step) this.#emit(stage);
  }

  async *count(stage: ConversionStage, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      yield chunk;
      this.#done += chunk.length;
      if (this.#done - this.#reported >= this.#step) this.#emit(stage);
    }
  }

  #emit(stage: ConversionStage): void {
    this.#reported = this.#done;
    this.#report({ stage, done: this.#done, total: this.#total, bytes: this.#done - this.#read });
  }
}
