import { rm } from 'node:fs/promises';
import path from 'node:path';
import { readManifest } from '../../../native-models/convert.ts';
import type { ModelInfo, ModelStatus } from '../../common/contract.ts';
import type { Settings } from '../../common/settings.ts';
import { AppError } from '../../common/errors.ts';
import {
  InferenceSupervisor,
  type Conversation,
  type ModelChoice,
  type Question,
  type QuestionEvent,
} from '../../inference/inference-supervisor.ts';
import type { DrawnMask } from '../../common/document/records.ts';
import type { ConvertRequest, InferenceEvent, RedrawRequest } from '../../inference/messages.ts';
import { verifiedSchema, type VerifiedModel } from '../../inference/messages.ts';
import { toAppError } from '../../inference/model-error.ts';
import { runInOwnProcess } from '../../inference/one-task-process.ts';
import type { BegunWork } from '../app/begun-work.ts';
import { allowedPath } from '../app/allowed-paths.ts';
import type { Host } from '../host.ts';
import { readModelCard, readModelName, type ModelCard } from './model-card.ts';
import { bundledModel, describeModel, isModelFolder, listModels } from './model-folders.ts';

/** What a conversation needs to know of the model that answers. */
export interface AnsweringModel {
  readonly name: string;
  readonly precision: string;
  readonly provider: string;
  readonly card: ModelCard | null;
}

export interface ModelService {
  list(): Promise<ModelInfo[]>;
  /** A model in the list may be used wherever it lies; any other folder must be open to this door. @throws AppError 'forbidden-path' */
  allowed(folder: string): Promise<string>;
  status(): ModelStatus;
  /** Null is the bundled model. */
  load(folder: string | null, signal: AbortSignal, remeasure?: boolean): Promise<ModelStatus>;
  unload(): Promise<ModelStatus>;
  /** The model that is loaded. */
  answering(): Promise<AnsweringModel>;
  /** What is known before it is loaded; null without any model. */
  card(): Promise<ModelCard | null>;
  /**
   * Waits its turn and loads the model of the settings if none is.
   *
   * @param prepare says what to ask once it is this question's turn and the model is loaded
   */
  ask(
    imageKey: string,
    prepare: () => Promise<Question>,
    signal: AbortSignal,
  ): AsyncGenerator<QuestionEvent, void>;
  /** Readies the loaded model for a question about this image while nothing else is asked of it. @returns whether it did */
  readAhead(imageKey: string, prepare: () => Promise<Conversation>, signal: AbortSignal): Promise<boolean>;
  /** Kept logits at another threshold. */
  redraw(request: Omit<RedrawRequest, 'type' | 'id'>, signal: AbortSignal): Promise<DrawnMask>;
  /** The object at points and in a box, by SAM-like files that a person brought. */
  segment: InferenceSupervisor['segment'];
  describeSegmenter: InferenceSupervisor['describeSegmenter'];
  forgetSegmenter: InferenceSupervisor['forgetSegmenter'];
  convert(
    request: Omit<ConvertRequest, 'type' | 'id'>,
    signal: AbortSignal,
  ): AsyncGenerator<InferenceEvent, ModelInfo>;
  verify(folder: string, signal: AbortSignal): AsyncGenerator<InferenceEvent, VerifiedModel>;
  dispose(): Promise<void>;
}

export function createModelService(options: {
  readonly host: Host;
  readonly begun: Pick<BegunWork, 'begin'>;
  readonly settings: () => Settings;
  readonly onStatus: (status: ModelStatus) => void;
}): ModelService {
  const { host, begun, settings } = options;
  const spawn = host.startInferenceProcess;
  const choose = async (folder: string | null): Promise<ModelChoice> => {
    const { provider, threads } = settings();
    const chosen = folder ?? (await bundledModel(host));
    const manifest = await readManifest(chosen).catch((error: unknown) => {
      throw toAppError(error);
    });
    return { folder: chosen, name: await readModelName(chosen, manifest.name), provider, threads };
  };
  const supervisor = new InferenceSupervisor({
    spawn,
    chooseModel: () => choose(settings().modelFolder),
    onStatus: options.onStatus,
    choices: path.join(host.dataFolder, 'device-choices.json'),
  });

  const list = async (): Promise<ModelInfo[]> => {
    const inUse = [settings().modelFolder, supervisor.status.folder];
    return listModels(host, [
      ...inUse.filter((folder) => folder !== null),
      ...(await stillThere(host, settings().modelFolders)),
    ]);
  };

  return {
    list,
    async allowed(folder) {
      const isListed = (await list()).some((model) => model.folder === folder);
      return isListed ? folder : allowedPath(host, folder);
    },
    status: () => supervisor.status,
    load: async (folder, signal, remeasure) => supervisor.load(await choose(folder), signal, remeasure),
    unload: () => supervisor.unload(),
    async answering() {
      const { folder, name, device } = supervisor.status;
      if (folder === null || name === null || device === null) {
        throw new AppError('no-model', 'No model is loaded.', {});
      }
      const card = await readModelCard(folder, name);
      return { name, precision: device.precision, provider: device.provider, card };
    },
    async card() {
      const folder =
        supervisor.status.folder ?? settings().modelFolder ?? (await bundledModel(host).catch(() => null));
      return folder === null ? null : readModelCard(folder, folder);
    },
    ask: (imageKey, prepare, signal) => supervisor.ask(imageKey, prepare, signal),
    readAhead: (imageKey, prepare, signal) => supervisor.readAhead(imageKey, prepare, signal),
    redraw: (request, signal) => supervisor.redraw(request, signal),
    segment: (request, signal) => supervisor.segment(request, signal),
    describeSegmenter: (files, signal) => supervisor.describeSegmenter(files, signal),
    forgetSegmenter: () => supervisor.forgetSegmenter(),
    async *convert(request, signal) {
      const child = spawn();
      // The name native-models/convert/atomic-folder.ts gives a folder that is not whole.
      const unfinished = `${request.out}.partial-${child.pid ?? 'none'}`;
      const over = await begun.begin({ path: unfinished, writer: child.pid });
      try {
        yield* runInOwnProcess(() => child, { type: 'convert', ...request }, signal);
      } finally {
        // A process that was killed, or ran out of memory, has tidied up nothing.
        await rm(unfinished, { recursive: true, force: true }).catch(() => undefined);
        await over();
      }
      return describeModel(request.out, false);
    },
    async *verify(folder, signal) {
      return verifiedSchema.parse(yield* runInOwnProcess(spawn, { type: 'verify', folder }, signal));
    },
    dispose: () => supervisor.dispose(),
  };
}

/** Models of earlier times that this door may read and nobody has deleted. */
async function stillThere(host: Host, folders: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const path = await allowedPath(host, folder).catch(() => null);
      return path !== null && (await isModelFolder(path)) ? [path] : [];
    }),
  );
  return found.flat();
}
