import { readManifest } from '../../../native-models/convert.ts';
import type { ModelInfo, ModelStatus, Settings } from '../../common/contract.ts';
import {
  InferenceSupervisor,
  type Question,
  type QuestionEvent,
} from '../../inference/inference-supervisor.ts';
import type { DrawnMask } from '../../inference/mask-from-logits.ts';
import type { ConvertRequest, InferenceEvent, RedrawRequest } from '../../inference/messages.ts';
import { verifiedSchema, type VerifiedModel } from '../../inference/messages.ts';
import { toAppError } from '../../inference/model-error.ts';
import { runInOwnProcess } from '../../inference/one-task-process.ts';
import type { Host } from '../host.ts';
import { readModelCard, type ModelCard } from './model-card.ts';
import { bundledModel, describeModel, listModels } from './model-folders.ts';

/** What a conversation needs to know of the model that answers. */
export interface AnsweringModel {
  readonly folder: string;
  readonly name: string;
  readonly precision: string;
  readonly provider: string;
  readonly card: ModelCard | null;
}

export interface ModelService {
  list(): Promise<ModelInfo[]>;
  status(): ModelStatus;
  /** Null is the bundled model. */
  load(folder: string | null, signal: AbortSignal): Promise<ModelStatus>;
  unload(): Promise<ModelStatus>;
  /** The model that answers, loaded now if none is. @throws AppError with why it could not be loaded */
  ready(signal: AbortSignal): Promise<AnsweringModel>;
  /** What is known before it is loaded; null without any model. */
  card(): Promise<ModelCard | null>;
  ask(question: Question, signal: AbortSignal): AsyncGenerator<QuestionEvent, void>;
  /** Kept logits at another threshold. */
  redraw(request: Omit<RedrawRequest, 'type' | 'id'>, signal: AbortSignal): Promise<DrawnMask>;
  convert(
    request: Omit<ConvertRequest, 'type' | 'id'>,
    signal: AbortSignal,
  ): AsyncGenerator<InferenceEvent, ModelInfo>;
  verify(folder: string, signal: AbortSignal): AsyncGenerator<InferenceEvent, VerifiedModel>;
  dispose(): Promise<void>;
}

export function createModelService(options: {
  readonly host: Host;
  readonly settings: () => Settings;
  readonly onStatus: (status: ModelStatus) => void;
}): ModelService {
  const { host, settings } = options;
  const spawn = host.startInferenceProcess;
  const supervisor = new InferenceSupervisor({ spawn, onStatus: options.onStatus });
  let firstLoad: Promise<ModelStatus> | null = null;

  const wanted = async (folder: string | null): Promise<string> => folder ?? bundledModel(host);
  const load = async (folder: string | null, signal: AbortSignal): Promise<ModelStatus> => {
    const { provider, threads } = settings();
    const chosen = await wanted(folder);
    await readManifest(chosen).catch((error: unknown) => {
      throw toAppError(error);
    });
    return supervisor.load({ folder: chosen, provider, threads }, signal);
  };
  /** Questions that come while the first load runs share it. */
  const loadOnce = (): Promise<ModelStatus> => {
    firstLoad ??= load(settings().modelFolder, new AbortController().signal).finally(() => {
      firstLoad = null;
    });
    return firstLoad;
  };

  return {
    list: () => listModels(host, settings().modelFolder),
    status: () => supervisor.status,
    load,
    unload: () => supervisor.unload(),
    async ready(signal) {
      signal.throwIfAborted();
      const current = supervisor.status;
      const status = current.folder === null || current.state === 'failed' ? await loadOnce() : current;
      const folder = status.folder ?? (await wanted(null));
      const manifest = await readManifest(folder);
      const name = status.name ?? manifest.name;
      const provider = supervisor.status.device?.provider ?? settings().provider;
      return {
        folder,
        name,
        precision: manifest.precision,
        provider,
        card: await readModelCard(folder, name),
      };
    },
    async card() {
      const folder =
        supervisor.status.folder ?? settings().modelFolder ?? (await bundledModel(host).catch(() => null));
      return folder === null ? null : readModelCard(folder, folder);
    },
    ask: (question, signal) => supervisor.ask(question, signal),
    redraw: (request, signal) => supervisor.redraw(request, signal),
    async *convert(request, signal) {
      yield* runInOwnProcess(spawn, { type: 'convert', ...request }, signal);
      return describeModel(request.out, false);
    },
    async *verify(folder, signal) {
      return verifiedSchema.parse(yield* runInOwnProcess(spawn, { type: 'verify', folder }, signal));
    },
    dispose: () => supervisor.dispose(),
  };
}
