import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { throwIfCancelled } from '../errors.ts';
import type { Provider } from '../names.ts';
import { manifestFileName } from '../pixellm/manifest.ts';
import { readManifest } from '../pixellm/read-manifest.ts';
import { boundFormFor } from './decoder-form.ts';
import { chooseProvider } from './device/choose-provider.ts';
import { graphicsFingerprint } from './device/graphics-drivers.ts';
import { availableMemory, defaultThreads, requireMemory } from './device/memory.ts';
import type { Race } from './device/race.ts';
import { choiceKey, recall, remember } from './device/remembered-choices.ts';
import type { Engine, EngineOptions } from './engine-contract.ts';
import type { DeviceReport } from '../shapes.ts';
import { LoadedEngine } from './loaded-engine.ts';
import { runtimeVersion } from './device/cuda-library.ts';
import { knownProviders } from './ort.ts';
import { requireWholeModel } from './require-whole.ts';
import { loadModel } from './sessions.ts';
import type { LoadedModel } from './sessions.ts';

// The app imports this file only; the types of what it gives are part of it.
export type {
  AskEvent,
  AskRequest,
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
  const manifest = await readManifest(options.folder);
  await requireWholeModel(options.folder, manifest);
  const threads = Math.max(1, Math.trunc(options.threads ?? defaultThreads()));
  const onProgress = options.onProgress?.bind(options) ?? (() => undefined);
  onProgress({ stage: 'checking-device', provider: null });
  const load = async (provider: Provider, race: Race | null): Promise<LoadedModel> => {
    throwIfCancelled(options.signal);
    const { folder, signal } = options;
    // What a card holds need not fit into main memory as well, where 16-bit weights would be widened.
    if (boundFormFor(provider, manifest) === null) requireMemory(manifest, availableMemory());
    return loadModel({ folder, manifest, provider, threads, signal, race, onProgress });
  };
  const key = choiceKey({ ...machineFacts(), threads, model: await manifestHash(options.folder) });
  const file = options.choices ?? null;
  const choice = await chooseProvider({
    requested: options.provider,
    known: knownProviders(),
    platform: process.platform,
    threads,
    remembered: file === null || options.remeasure === true ? null : await recall(file, key),
    fitsTwice: manifest.memory.peakBytes * 2 < Math.min(smallModelBytes, availableMemory()),
    load,
    release: (loaded) => loaded.release(),
  });
  if (file !== null && choice.measured.length > 0) await remember(file, key, choice.measured);
  onProgress({ stage: 'ready', provider: choice.provider });
  const device: DeviceReport = {
    provider: choice.provider,
    requested: options.provider,
    reason: choice.reason,
    tried: choice.tried,
    measured: choice.measured,
    precision: manifest.precision,
    threads,
    memoryBytes: manifest.memory.loadedBytes + manifest.memory.cacheBytesPerToken * manifest.contextLength,
  };
  return new LoadedEngine(manifest, device, choice.loaded, () => load('cpu', null));
}

/** Models that are loaded in a moment: two of them beside each other save loading the better one again. */
const smallModelBytes = 2 ** 30;

/** What a measurement depends on beside the model. */
function machineFacts(): Record<string, string | number> {
  const [processor] = os.cpus();
  return {
    host: os.hostname(),
    processor: `${processor?.model ?? 'unknown'} x ${os.availableParallelism()}`,
    system: `${process.platform} ${process.arch} ${os.release()}`,
    graphics: graphicsFingerprint(),
    runtime: runtimeVersion(),
    providers: knownProviders().join(),
  };
}

async function manifestHash(folder: string): Promise<string> {
  const manifest = await readFile(path.join(folder, manifestFileName));
  return createHash('sha256').update(manifest).digest('hex');
}
