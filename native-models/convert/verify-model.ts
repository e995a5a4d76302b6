import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError, throwIfCancelled } from '../errors.ts';
import {
  manifestFileName,
  manifestSchema,
  type ManifestFile,
  type ModelManifest,
} from '../pixellm/manifest.ts';
import type { ConversionProgress } from './progress.ts';

/** @throws ModelError 'manifest-invalid' when the folder is not a model, or of a version this program does not know */
export async function readManifest(folder: string): Promise<ModelManifest> {
  const path = join(folder, manifestFileName);
  if (!existsSync(path))
    throw new ModelError('manifest-invalid', `${folder} is not a model: it has no ${manifestFileName}.`, {
      folder,
    });
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new ModelError('manifest-invalid', `${path} is not readable.`, { path }, cause);
  }
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new ModelError(
    'manifest-invalid',
    `${path} was not written by this version of the program: ${problems.slice(0, 3).join('; ')}.`,
    { path, problems },
  );
}

/** Compares every file of a model with the size and SHA-256 in its manifest. */
export async function verifyModel(
  folder: string,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: ConversionProgress) => void },
): Promise<{ ok: boolean; problems: string[] }> {
  const { files } = await readManifest(folder);
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  const problems: string[] = [];
  let done = 0;
  for (const file of files) {
    const problem = await checkFile(join(folder, file.path), file, signal);
    if (problem) problems.push(problem);
    done += file.bytes;
    onProgress({ stage: 'verify', done, total, bytes: done });
  }
  return { ok: problems.length === 0, problems };
}

async function checkFile(path: string, file: ManifestFile, signal: AbortSignal): Promise<string | null> {
  if (!existsSync(path)) return `${file.path} is missing.`;
  const { size } = await stat(path);
  if (size !== file.bytes) return `${file.path} has ${size} bytes instead of ${file.bytes}.`;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 4 * 2 ** 20 })) {
    throwIfCancelled(signal);
    hash.update(chunk);
  }
  return hash.digest('hex') === file.sha256 ? null : `${file.path} has changed since it was converted.`;
}
