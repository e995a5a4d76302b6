import type { ModelStatus } from '../common/contract.ts';
import {
  type DeviceReport,
  type SegmenterDescription,
  segmenterDescriptionSchema,
} from '../../native-models/shapes.ts';
import { type DrawnMask, drawnMask } from '../common/document/records.ts';
import { isAbort, toWireError, type WireError } from '../common/errors.ts';
import { InferenceClient, type Unnumbered } from './inference-client.ts';
import type { SpawnInference } from './inference-process.ts';
import {
  loadedSchema,
  type AskRequest,
  type InferenceEvent,
  type LoadRequest,
  type RedrawRequest,
  type SegmentRequest,
  type Segmented,
  segmentedSchema,
} from './messages.ts';
import { createWaitingLine, type Ticket } from './waiting-line.ts';

export interface ModelChoice extends Omit<LoadRequest, 'type' | 'id' | 'choices' | 'remeasure'> {
  /** What a person calls it; its process need not know. */
  readonly name: string;
}
export type Question = Omit<AskRequest, 'type' | 'id' | 'image'> & {
  /** With its pixels, row-major RGB, which the process is sent when it wants them. */
  readonly image: AskRequest['image'] & { readonly rgb: Uint8Array };
};
export type Conversation = Pick<Question, 'image' | 'history'>;
export type QuestionEvent =
  | Exclude<InferenceEvent, { type: 'fell-back' }>
  | { readonly type: 'queued'; readonly position: number };

/** A cancelled question may finish the run it is in; a 7B prefill chunk on a slow CPU takes seconds. */
const defaultGraceMs = 20_000;
/** After so many crashes without an answer in between, the model is left alone until someone asks for it. */
const mostCrashes = 3;

/**
 * Keeps one inference process with one model, lets questions in one after another, and starts the process anew when it dies.
 */
export class InferenceSupervisor {
  readonly #spawn: SpawnInference;
  readonly #chooseModel: () => Promise<ModelChoice>;
  readonly #onStatus: (status: ModelStatus) => void;
  readonly #choices: string | null;
  readonly #graceMs: number;
  readonly #line = createWaitingLine(() => this.#report());
  #client: InferenceClient | null = null;
  /** The model to have loaded; null when none is wanted. */
  #choice: ModelChoice | null = null;
  #state: ModelStatus['state'] = 'none';
  #loaded: { readonly device: DeviceReport } | null = null;
  #measuresAnew = false;
  #error: WireError | null = null;
  #restarts = 0;
  #crashes = 0;
  /** The reading ahead under way: it makes room for everything but a question about its own image. */
  #ahead: { readonly imageKey: string; readonly stop: AbortController } | null = null;
  #isDisposed = false;

  constructor(options: {
    readonly spawn: SpawnInference;
    /** The model to load for a question when nobody has loaded one. @throws AppError 'no-model' */
    readonly chooseModel: () => Promise<ModelChoice>;
    readonly onStatus: (status: ModelStatus) => void;
    /** File in which the processes remember what was measured on this machine. */
    readonly choices?: string;
    readonly graceMs?: number;
  }) {
    this.#spawn = options.spawn;
    this.#chooseModel = options.chooseModel;
    this.#onStatus = options.onStatus;
    this.#choices = options.choices ?? null;
    this.#graceMs = options.graceMs ?? defaultGraceMs;
  }

  get status(): ModelStatus {
    return {
      state: this.#state,
      folder: this.#choice?.folder ?? null,
      name: this.#choice?.name ?? null,
      device: this.#loaded?.device ?? null,
      error: this.#error,
      queue: this.#line.length - (this.#ahead ? 1 : 0),
      restarts: this.#restarts,
    };
  }

  /**
   * Another model takes the place of the one before. Where it cannot be loaded, the status says why, and the next question is answered by
   * the one before.
   *
   * @param remeasure  times the providers again whatever is remembered
   * @throws AppError with why it could not be loaded
   */
  async load(choice: ModelChoice, signal: AbortSignal, remeasure = false): Promise<ModelStatus> {
    await this.#inTurn(signal, async () => {
      const before = this.#choice;
      this.#measuresAnew = remeasure;
      this.#choice = choice;
      this.#loaded = null;
      this.#crashes = 0;
      try {
        await this.#loadChoice(signal);
      } catch (error) {
        // The same model on another device stays chosen: that is what the person asked for.
        if (before?.folder !== choice.folder) this.#choice = before;
        this.#report();
        throw error;
      }
    });
    return this.status;
  }

  /** The process ends: only then is all of its memory free. */
  async unload(): Promise<ModelStatus> {
    const { signal } = new AbortController();
    await this.#inTurn(signal, async () => {
      this.#choice = null;
      this.#loaded = null;
      await this.#stopProcess(signal);
      this.#set('none', null);
    });
    return this.status;
  }

  /**
   * Waits its turn (`queued` events), has the model loaded if it is not, and passes on what the model says. Breaking off or aborting
   * cancels; the next question starts once the model has really stopped.
   *
   * @param imageKey the image it is about
   * @param prepare says what to ask once it is this question's turn and the model is loaded: answers that came before it are known then
   * @throws AppError 'no-model', 'inference-crashed', 'prompt-too-long', and what loading throws
   */
  async *ask(
    imageKey: string,
    prepare: () => Promise<Question>,
    signal: AbortSignal,
  ): AsyncGenerator<QuestionEvent, void> {
    if (this.#ahead?.imageKey !== imageKey) this.#ahead?.stop.abort();
    const ticket = this.#line.join();
    const stop = new AbortController();
    let settled = Promise.resolve();
    try {
      const whenever = AbortSignal.any([signal, stop.signal]);
      for await (const inFront of ticket.wait(whenever)) yield this.#waitingFor(inFront);
      const client = await this.#readyClient(whenever);
      const question = await prepare();
      whenever.throwIfAborted();
      this.#set('busy', null);
      const running = client.run(
        { ...question, type: 'ask', image: named(question.image) },
        { signal: whenever, graceMs: this.#graceMs, rgb: question.image.rgb },
      );
      settled = running.settled;
      for await (const event of running.events) {
        if (event.type === 'fell-back') this.#noteDevice(event.device);
        else yield event;
      }
      this.#crashes = 0;
    } finally {
      stop.abort();
      void settled.then(() => {
        this.#idle('busy');
        ticket.leave();
      });
    }
  }

  /**
   * Computes what the next question about this image begins with, if a model is loaded and has nothing else to do. Whoever comes meanwhile does
   * not wait for it, but a question about the same image takes over what it made.
   *
   * @returns whether it was done to the end
   */
  async readAhead(
    imageKey: string,
    prepare: () => Promise<Conversation>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const client = this.#client;
    if (this.#state !== 'ready' || this.#line.length > 0 || !client?.isAlive) return false;
    const ticket = this.#line.join();
    const ahead = { imageKey, stop: new AbortController() };
    const whenever = AbortSignal.any([signal, ahead.stop.signal]);
    this.#ahead = ahead;
    this.#set('reading-ahead', null);
    try {
      const conversation = await prepare();
      whenever.throwIfAborted();
      if (!client.isAlive) return false;
      const { image, history } = conversation;
      await this.#complete(
        { type: 'read-ahead', image: named(image), history },
        { signal: whenever, rgb: image.rgb },
      );
      return true;
    } catch (error) {
      if (ahead.stop.signal.aborted && !signal.aborted) return false;
      throw error;
    } finally {
      this.#ahead = null;
      this.#idle('reading-ahead');
      ticket.leave();
    }
  }

  /** Kept logits at another threshold: needs no model, and does not wait for the answer under way. */
  async redraw(request: Omit<RedrawRequest, 'type' | 'id'>, signal: AbortSignal): Promise<DrawnMask> {
    const running = this.#process().run({ type: 'redraw', ...request }, { signal, graceMs: null });
    return drawnMask.parse(await lastWord(running.events));
  }

  /**
   * The object at points and in a box. Needs no model; waits in the process for the answer under way, as both compute there.
   *
   * @param rgb pixels of the picture, sent only when the process does not know it
   * @throws AppError 'segmenter-unknown', 'model-damaged', 'bad-input' for what these files never learnt
   */
  async segment(
    {
      image,
      ...request
    }: Omit<SegmentRequest, 'type' | 'id' | 'image'> & { readonly image: Question['image'] },
    signal: AbortSignal,
  ): Promise<Segmented> {
    const running = this.#process().run(
      { type: 'segment', ...request, image: named(image) },
      { signal, graceMs: null, rgb: image.rgb },
    );
    return segmentedSchema.parse(await lastWord(running.events));
  }

  /** @throws AppError 'segmenter-unknown' with what was found, 'model-damaged' */
  async describeSegmenter(
    files: SegmentRequest['files'],
    signal: AbortSignal,
  ): Promise<SegmenterDescription> {
    const running = this.#process().run({ type: 'describe-segmenter', files }, { signal, graceMs: null });
    return segmenterDescriptionSchema.parse(await lastWord(running.events));
  }

  /** Gives back the memory of the files that were asked last. Nobody waits for it: it takes its turn behind the answer under way. */
  async forgetSegmenter(): Promise<void> {
    if (!this.#client?.isAlive) return;
    await this.#complete({ type: 'forget-segmenter' }, { signal: new AbortController().signal });
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    const client = this.#client;
    client?.kill();
    await client?.exited;
  }

  /** How a question waits: what reads ahead for it is its own reading of the image, no question before it. */
  #waitingFor(inFront: number): QuestionEvent {
    const questions = inFront - (this.#ahead ? 1 : 0);
    return questions > 0
      ? { type: 'queued', position: questions }
      : { type: 'stage', stage: 'reading-image' };
  }

  /** The model goes on elsewhere; whoever watches its status is told why. */
  #noteDevice(device: DeviceReport): void {
    this.#loaded = { device };
    this.#report();
  }

  #idle(after: ModelStatus['state']): void {
    if (this.#state === after && this.#client?.isAlive) this.#set('ready', null);
  }

  async #inTurn(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    this.#ahead?.stop.abort();
    const ticket: Ticket = this.#line.join();
    try {
      for await (const _ of ticket.wait(signal));
      await work();
    } finally {
      ticket.leave();
    }
  }

  async #readyClient(signal: AbortSignal): Promise<InferenceClient> {
    this.#choice ??= await this.#chooseModel();
    if (!this.#client?.isAlive || !this.#loaded) await this.#loadChoice(signal);
    if (!this.#client) throw new Error('Broken assumption: a loaded model has a process');
    return this.#client;
  }

  async #loadChoice(signal: AbortSignal): Promise<void> {
    const choice = this.#choice;
    if (!choice) return;
    this.#set('loading', null);
    try {
      const { folder, provider, threads } = choice;
      const remembered = { choices: this.#choices, remeasure: this.#measuresAnew };
      const value = await this.#complete(
        { type: 'load', folder, provider, threads, ...remembered },
        { signal },
      );
      this.#loaded = loadedSchema.parse(value);
      this.#set('ready', null);
    } catch (error) {
      this.#loaded = null;
      if (isAbort(error)) this.#set('none', null);
      else this.#set('failed', toWireError(error));
      throw error;
    }
  }

  /** Runs a request to its end, whatever it says in between. */
  async #complete(
    request: Unnumbered,
    options: { readonly signal: AbortSignal; readonly rgb?: Uint8Array },
  ): Promise<unknown> {
    const running = this.#process().run(request, { ...options, graceMs: this.#graceMs });
    try {
      return await lastWord(running.events);
    } finally {
      // An abandoned load still holds the process.
      await running.settled;
    }
  }

  #process(): InferenceClient {
    if (this.#client?.isAlive) return this.#client;
    // A load may still have been reading the model's folder when the app was told to end: a process begun now would outlive it.
    if (this.#isDisposed) throw new DOMException('The app is closing.', 'AbortError');
    const client = new InferenceClient(this.#spawn());
    this.#client = client;
    void client.exited.then(() => this.#afterExit(client));
    return client;
  }

  #afterExit(client: InferenceClient): void {
    if (this.#client !== client || this.#isDisposed) return;
    this.#client = null;
    const wasReady = this.#loaded !== null;
    this.#loaded = null;
    if (!this.#choice) return;
    this.#restarts += 1;
    if (!client.wasKilled) this.#crashes += 1;
    // A crash while loading is told by load(); what crashes again and again waits for a person.
    if (!wasReady) return;
    if (this.#crashes >= mostCrashes) {
      const message = `The process that runs the model has ended ${this.#crashes} times in a row. Ask again to try once more, or choose another model or device.`;
      this.#set('failed', { code: 'inference-crashed', message, details: { crashes: this.#crashes } });
      return;
    }
    const { signal } = new AbortController();
    this.#set('loading', null);
    // Its failure is in the status; the next question tells it as well.
    void this.#inTurn(signal, () => (this.#loaded ? Promise.resolve() : this.#loadChoice(signal))).catch(
      () => undefined,
    );
  }

  async #stopProcess(signal: AbortSignal): Promise<void> {
    const client = this.#client;
    if (!client) return;
    await this.#complete({ type: 'unload' }, { signal }).catch(() => undefined); // it is ended either way
    this.#client = null;
    client.kill();
    await client.exited;
  }

  #set(state: ModelStatus['state'], error: WireError | null): void {
    this.#state = state;
    this.#error = error;
    this.#report();
  }

  #report(): void {
    this.#onStatus(this.status);
  }
}

/** A picture as a request speaks of it. */
function named({ key, width, height }: Question['image']): AskRequest['image'] {
  return { key, width, height };
}

/** What a request answers, whatever it says before. */
async function lastWord(events: AsyncGenerator<InferenceEvent, unknown>): Promise<unknown> {
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
  }
}
