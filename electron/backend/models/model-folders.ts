import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileProblem, readManifest, type ModelManifest } from '../../../native-models/convert.ts';
import { ModelError } from '../../../native-models/errors.ts';
import type { ModelInfo } from '../../common/contract.ts';
import { AppError, toWireError } from '../../common/errors.ts';
import { toAppError } from '../../inference/model-error.ts';
import type { Host } from '../host.ts';
import { originSentence } from './manifest-card.ts';
import { readModelCard } from './model-card.ts';

const bundledModelsFolder = (host: Host): string => join(host.resourcesFolder, 'native-models', 'bundled');
const ownModelsFolder = (host: Host): string => join(host.dataFolder, 'models');

/** The model to use when nobody chose one. @throws AppError 'no-model' */
export async function bundledModel(host: Host): Promise<string> {
  const [first] = await modelFoldersIn(bundledModelsFolder(host));
  if (first) return first;
  throw new AppError(
    'no-model',
    `The bundled model is missing: there is no model in ${bundledModelsFolder(host)}. Choose or convert one in the model list.`,
    { folder: bundledModelsFolder(host) },
  );
}

/** Every model there is, broken ones with what is wrong with them. `elsewhere` are those that lie in no folder of ours. */
export async function listModels(host: Host, elsewhere: readonly string[]): Promise<ModelInfo[]> {
  const bundled = await modelFoldersIn(bundledModelsFolder(host));
  const own = await modelFoldersIn(ownModelsFolder(host));
  const all = new Set([...bundled, ...own, ...elsewhere.map((folder) => resolve(folder))]);
  return Promise.all([...all].map((folder) => describeModel(folder, bundled.includes(folder))));
}

export async function describeModel(folder: string, isBundled: boolean): Promise<ModelInfo> {
  const name = folder.split(/[\\/]/u).at(-1) ?? folder;
  try {
    const manifest = await readManifest(folder);
    const card = await readModelCard(folder, manifest.name);
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    const missing = await missingFile(folder, manifest.files);
    return {
      folder,
      bundled: isBundled,
      card: card?.shown ?? null,
      name: card?.shown.name ?? manifest.name,
      precision: manifest.precision,
      bytes,
      memoryBytes: manifest.memory.peakBytes,
      origin: originSentence(manifest),
      problem: missing,
    };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    const problem = toWireError(toAppError(error)).message;
    const card = await readModelCard(folder, name);
    const facts = { folder, bundled: isBundled, card: card?.shown ?? null, problem, origin: null };
    return { ...facts, name: card?.shown.name ?? name, precision: '', bytes: 0, memoryBytes: null };
  }
}

export function isModelFolder(path: string): Promise<boolean> {
  return isFile(join(path, 'manifest.json'));
}

/** Folders with a manifest, by name; nothing when there is no such folder. */
async function modelFoldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => !entry.isFile()).map(({ name }) => join(folder, name));
  const found = await Promise.all(folders.map(async (path) => ((await isModelFolder(path)) ? [path] : [])));
  return found.flat().sort();
}

/** Sizes only: hashing gigabytes is what `verify` is for. */
async function missingFile(folder: string, files: ModelManifest['files']): Promise<string | null> {
  for (const file of files) {
    const problem = await fileProblem(folder, file);
    if (problem !== null) return problem;
  }
  return null;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
