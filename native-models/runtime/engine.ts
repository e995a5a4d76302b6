import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelError, throwIfCancelled } from '../errors.ts';
import { manifestFileName, manifestSchema } from '../pixellm/manifest.ts';
import type { ModelManifest } from '../pixellm/manifest.ts';
import { ask } from './ask.ts';
import { chooseProvider } from './device/choose-provider.ts';
import { availableMemory, defaultThreads, requireMemory } from './device/memory.ts';
import type {
  AskEvent,
  AskRequest,
  DeviceReport,
  Engine,
  EngineOptions,
  ReadAheadRequest,
} from './engine-contract.ts';
import { knownProviders } from './ort.ts';
import { Queue } from './queue.ts';
import { readAhead } from './read-ahead.ts';
import { loadModel } from './sessions.ts';
import type { LoadedModel } from './sessions.ts';

// The app imports this file only; the types of what it gives are part of it.
export type {
  AskEvent,
  AskRequest,
  DeviceReport,
  DoneEvent,
  Engine,
  EngineOptions,
  LoadProgress,
  MaskPolicy,
  ReadAheadRequest,
  TargetEvent,
} from './engine-contract.ts';

/**
 * Loads a model folder, on the requested provider or the best that works.
 *
 * @throws ModelError 'manifest-invalid', 'model-damaged', 'tokenizer-invalid', 'out-of-memory' (before loading when it cannot fit),
 *   'provider-missing', 'provider-failed' (a forced provider), 'cancelled'
 */
export async function loadEngine(options: EngineOptions): Promise<Engine> {
  const manifest = await readModelManifest(options.folder);
  requireMemory(manifest, availableMemory());
  const threads = Math.max(1, Math.trunc(options.threads ?? defaultThreads()));
  const onProgress = options.onProgress?.bind(options) ?? (() => undefined);
  onProgress({ stage: 'checking-device', provider: null });
  const choice = await chooseProvider({
    requested: options.provider,
    known: knownProviders(),
    platform: process.platform,
    threads,
    load: (provider) => {
      throwIfCancelled(options.signal);
      return loadModel({
        folder: options.folder,
        manifest,
        provider,
        threads,
        signal: options.signal,
        onProgress,
      });
    },
  });
  onProgress({ stage: 'ready', provider: choice.provider });
  const device: DeviceReport = {
    provider: choice.provider,
    requested: options.provider,
    reason: choice.reason,
    tried: choice.tried,
    precision: manifest.precision,
    threads,
    memoryBytes: manifest.memory.loadedBytes + manifest.memory.cacheBytesPerToken * manifest.contextLength,
  };
  return new LoadedEngine(manifest, device, choice.loaded);
}

async function readModelManifest(folder: string): Promise<ModelManifest> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(path.join(folder, manifestFileName), 'utf8')));
  } catch (cause) {
    throw new ModelError(
      'manifest-invalid',
      `${folder} is not a converted model: its ${manifestFileName} is missing or not understood.`,
      { folder },
      cause,
    );
  }
}

class LoadedEngine implements Engine {
  readonly manifest: ModelManifest;
  readonly device: DeviceReport;
  readonly #model: LoadedModel;
  readonly #queue = new Queue();
  #isDisposed = false;

  constructor(manifest: ModelManifest, device: DeviceReport, model: LoadedModel) {
    this.manifest = manifest;
    this.device = device;
    this.#model = model;
  }

  async *ask(request: AskRequest, signal: AbortSignal): AsyncGenerator<AskEvent, void> {
    const leave = await this.#enter();
    try {
      yield* ask(this.#model, this.manifest, request, signal);
    } finally {
      leave();
    }
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
