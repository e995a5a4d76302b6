import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { isModelError, throwIfCancelled } from '../errors.ts';
import { fileProblem } from '../pixellm/file-problems.ts';
import type { ManifestFile, ModelManifest } from '../pixellm/manifest.ts';
import { manifestProblems } from '../pixellm/manifest-problems.ts';
import { readManifest } from '../pixellm/read-manifest.ts';
import { vocabularyProblems } from '../pixellm/vocabulary.ts';
import { loadTokenizer } from '../runtime/tokenizer/tokenizer.ts';
import type { ConversionProgress } from './progress.ts';

/**
 * Whether a model can answer: its manifest is true of one model, every file has the size and SHA-256 that were written down, and the tokenizer
 * is its own.
 */
export async function verifyModel(
  folder: string,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: ConversionProgress) => void },
): Promise<{ ok: boolean; problems: string[] }> {
  const manifest = await readManifest(folder);
  const { files } = manifest;
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  const problems = manifestProblems(manifest);
  // Names that lead out of the folder are followed no further.
  if (problems.length > 0) return { ok: false, problems };
  let done = 0;
  for (const file of files) {
    const problem =
      (await fileProblem(folder, file)) ?? (await contentProblem(join(folder, file.path), file, signal));
    if (problem) problems.push(problem);
    done += file.bytes;
    onProgress({ stage: 'verify', done, total, bytes: done });
  }
  if (problems.length === 0) problems.push(...(await tokenizerProblems(folder, manifest)));
  return { ok: problems.length === 0, problems };
}

async function tokenizerProblems(folder: string, manifest: ModelManifest): Promise<string[]> {
  try {
    const { pieces } = await loadTokenizer(folder, manifest.tokenizer);
    const facts = { ...manifest.tokens, rows: manifest.embedding.rows };
    return vocabularyProblems(pieces, facts).map(({ sentence }) => sentence);
  } catch (error) {
    if (isModelError(error)) return [error.message];
    throw error;
  }
}

async function contentProblem(path: string, file: ManifestFile, signal: AbortSignal): Promise<string | null> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 4 * 2 ** 20 })) {
    throwIfCancelled(signal);
    hash.update(chunk);
  }
  return hash.digest('hex') === file.sha256 ? null : `${file.path} has changed since it was converted.`;
}
