import { ModelError, type ModelErrorCode } from '../errors.ts';
import { providerNames } from '../names.ts';
import type { ModelManifest } from '../pixellm/manifest.ts';
import { ask } from './ask.ts';
import { availableMemory, requireMemory } from './device/memory.ts';
import type { AskEvent, AskRequest, Engine, ReadAheadRequest } from './engine-contract.ts';
import type { DeviceReport } from '../shapes.ts';
import { Queue } from './queue.ts';
import { readAhead } from './read-ahead.ts';
import { SaidSoFar } from './said-so-far.ts';
import type { LoadedModel } from './sessions.ts';

/** What a GPU may fail with in the middle of an answer that the CPU can give all the same. */
const gpuFailures: readonly ModelErrorCode[] = [
  'out-of-memory',
  'provider-failed',
  'answer-not-finite',
  'run-failed',
];

/** A model that is loaded: questions one after another, and the CPU in reserve for a GPU that was chosen by itself and fails. */
export class LoadedEngine implements Engine {
  readonly manifest: ModelManifest;
  #device: DeviceReport;
  #model: LoadedModel;
  readonly #loadOnCpu: () => Promise<LoadedModel>;
  readonly #queue = new Queue();
  #isDisposed = false;

  constructor(
    manifest: ModelManifest,
    device: DeviceReport,
    model: LoadedModel,
    loadOnCpu: () => Promise<LoadedModel>,
  ) {
    this.manifest = manifest;
    this.#device = device;
    this.#model = model;
    this.#loadOnCpu = loadOnCpu;
  }

  get device(): DeviceReport {
    return this.#device;
  }

  async *ask(request: AskRequest, signal: AbortSignal): AsyncGenerator<AskEvent, void> {
    const leave = await this.#enter();
    const said = new SaidSoFar();
    try {
      yield* said.note(ask(this.#model, this.manifest, request, signal));
    } catch (cause) {
      if (!this.#mayFallBack(cause)) throw cause;
      yield { type: 'fell-back', device: await this.#fallBack(cause) };
      yield* said.rest(ask(this.#model, this.manifest, request, signal));
    } finally {
      leave();
    }
  }

  #mayFallBack(cause: unknown): cause is ModelError {
    const { requested, provider } = this.#device;
    const isGpu = requested === 'auto' && provider !== 'cpu';
    return isGpu && cause instanceof ModelError && gpuFailures.includes(cause.code);
  }

  /** Gives the GPU up and loads the model on the CPU. @throws ModelError when it does not fit there either */
  async #fallBack(cause: ModelError): Promise<DeviceReport> {
    const { provider } = this.#device;
    // A device that was lost cannot always be let go of either.
    await this.#model.release().catch(() => undefined);
    requireMemory(this.manifest, availableMemory());
    this.#model = await this.#loadOnCpu();
    const reason = `${providerNames[provider]} failed in the middle of an answer (${cause.message}). The CPU goes on with it.`;
    const tried = [
      ...this.#device.tried.filter((attempt) => attempt.provider !== provider),
      { provider, ok: false, reason: cause.message },
    ];
    this.#device = { ...this.#device, provider: 'cpu', reason, tried };
    return this.#device;
  }

  async readAhead(request: ReadAheadRequest, signal: AbortSignal): Promise<void> {
    const leave = await this.#enter();
    try {
      await readAhead(this.#model, this.manifest, request, signal);
    } finally {
      leave();
    }
  }

  /** Waits for the question being answered. */
  async dispose(): Promise<void> {
    const leave = await this.#queue.enter();
    try {
      if (this.#isDisposed) return;
      this.#isDisposed = true;
      await this.#model.release();
    } finally {
      leave();
    }
  }

  /** @throws ModelError 'run-failed' when it was disposed of while waiting */
  async #enter(): Promise<() => void> {
    const leave = await this.#queue.enter();
    if (!this.#isDisposed) return leave;
    leave();
    throw new ModelError('run-failed', 'The model was closed.');
  }
}
