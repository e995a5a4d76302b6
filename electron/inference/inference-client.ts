import { AppError, fromWireError } from '../common/errors.ts';
import type { InferenceExit, InferenceProcess } from './inference-process.ts';
import { replySchema, type InferenceEvent, type InferenceRequest } from './messages.ts';

/** A request without its id, which the client gives it. */
export type Unnumbered = InferenceRequest extends infer R
  ? R extends { type: 'cancel' | 'picture' }
    ? never
    : R extends unknown
      ? Omit<R, 'id'>
      : never
  : never;

export interface Running {
  /** What the process says until it is done; throws what it failed with, and at once when the signal aborts. */
  readonly events: AsyncGenerator<InferenceEvent, unknown>;
  /** Ends when the process has finished with the request or is gone: it is free for the next one. */
  readonly settled: Promise<void>;
}

/** One process for as long as it lives: requests out, events in. */
export class InferenceClient {
  readonly exited: Promise<InferenceExit>;
  readonly #process: InferenceProcess;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #exit: InferenceExit | null = null;
  #wasKilled = false;

  constructor(process: InferenceProcess) {
    this.#process = process;
    process.onMessage((message) => this.#receive(message));
    this.exited = new Promise((resolve) => {
      process.onExit((exit) => {
        this.#exit = exit;
        for (const pending of this.#pending.values()) pending.fail(crash(exit));
        this.#pending.clear();
        resolve(exit);
      });
    });
  }

  get isAlive(): boolean {
    return this.#exit === null && !this.#wasKilled;
  }

  /** Ended by us, because a cancelled request would not stop. */
  get wasKilled(): boolean {
    return this.#wasKilled;
  }

  /**
   * @param graceMs how long a cancelled request may go on before the whole process is killed; null for as long as it likes
   * @param rgb     pixels of the picture the request is about, sent when the process says that it wants them
   */
  run(
    request: Unnumbered,
    options: { readonly signal: AbortSignal; readonly graceMs: number | null; readonly rgb?: Uint8Array },
  ): Running {
    const id = this.#nextId++;
    const pending = new Pending(options.rgb ?? null);
    if (this.#exit) pending.fail(crash(this.#exit));
    else {
      this.#pending.set(id, pending);
      this.#process.send({ ...request, id });
    }
    const { signal } = options;
    const cancel = (): void => {
      if (pending.isSettled) return;
      this.#process.send({ type: 'cancel', id });
      const { graceMs } = options;
      const timer = graceMs === null ? null : setTimeout(() => this.kill(), graceMs);
      void pending.settled.then(() => timer && clearTimeout(timer));
      pending.abandon(signal.reason);
    };
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
    void pending.settled.then(() => signal.removeEventListener('abort', cancel));
    return { events: pending.read(), settled: pending.settled };
  }

  kill(): void {
    this.#wasKilled = true;
    this.#process.kill();
  }

  #receive(message: unknown): void {
    const reply = replySchema.parse(message);
    const pending = this.#pending.get(reply.id);
    if (!pending) return;
    if (reply.type === 'event') {
      pending.add(reply.event);
      return;
    }
    if (reply.type === 'wants-picture') {
      if (pending.rgb === null)
        throw new Error('Broken assumption: a request about a picture has its pixels');
      this.#process.send({ type: 'picture', id: reply.id, rgb: pending.rgb });
      return;
    }
    this.#pending.delete(reply.id);
    if (reply.type === 'result') pending.finish(reply.value);
    else pending.fail(fromWireError(reply.error));
  }
}

/** One request under way: its events until they are read, then how it ended. */
class Pending {
  readonly settled: Promise<void>;
  readonly rgb: Uint8Array | null;
  isSettled = false;
  #settle: () => void = () => undefined;
  #events: InferenceEvent[] = [];
  #end: { readonly value: unknown } | { readonly error: unknown } | null = null;
  #wake: () => void = () => undefined;

  constructor(rgb: Uint8Array | null) {
    this.rgb = rgb;
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  add(event: InferenceEvent): void {
    this.#events.push(event);
    this.#wake();
  }

  finish(value: unknown): void {
    this.#close({ value });
    this.#settled();
  }

  fail(error: unknown): void {
    this.#close({ error });
    this.#settled();
  }

  /** The reader stops now; the process may take a moment longer. */
  abandon(reason: unknown): void {
    this.#events = [];
    this.#close({ error: reason });
  }

  async *read(): AsyncGenerator<InferenceEvent, unknown> {
    for (;;) {
      const event = this.#events.shift();
      if (event) {
        yield event;
        continue;
      }
      if (this.#end) {
        if ('error' in this.#end) throw this.#end.error;
        return this.#end.value;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #close(end: { readonly value: unknown } | { readonly error: unknown }): void {
    this.#end ??= end;
    this.#wake();
  }

  #settled(): void {
    this.isSettled = true;
    this.#settle();
  }
}

function crash({ code, signal }: InferenceExit): AppError {
  const how = signal
    ? `it was killed (${signal})${signal === 'SIGKILL' ? ', which often means that memory ran out' : ''}`
    : code === null
      ? 'it could not be started'
      : `it ended with code ${code}`;
  return new AppError(
    'inference-crashed',
    `The process that runs the model is gone: ${how}. Your project is safe; the model is loaded again, then you can ask again.`,
    { code, signal },
  );
}
