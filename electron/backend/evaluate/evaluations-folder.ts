import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../common/errors.ts';
import type { EvaluationInfo } from '../../common/muse/evaluation-messages.ts';
import { readResultHeader } from './result-file.ts';

/** Where results lie that nobody named a file for. */
export function evaluationsFolder(dataFolder: string): string {
  return join(dataFolder, 'evaluations');
}

/** What is kept there: the newest, so many and no more bytes than this. */
const mostFiles = 100;
const mostBytes = 4 * 2 ** 30;

async function resultFiles(folder: string) {
  const names = await readdir(folder).catch(() => []); // nothing was ever evaluated
  const found = await Promise.all(
    names
      .filter((name) => name.endsWith('.jsonl'))
      .map(async (name) => {
        const path = join(folder, name);
        const { mtimeMs, size } = await stat(path).catch(() => ({ mtimeMs: 0, size: -1 })); // gone meanwhile
        return { path, mtimeMs, bytes: size };
      }),
  );
  return found.filter(({ bytes }) => bytes >= 0).sort((a, b) => b.mtimeMs - a.mtimeMs);
}

/** The results in the app's own folder, newest first; files that are none are passed over. */
export async function listEvaluations(dataFolder: string): Promise<EvaluationInfo[]> {
  const infos = [];
  for (const { path, bytes } of await resultFiles(evaluationsFolder(dataFolder))) {
    const header = await readResultHeader(path).catch((error: unknown) => {
      if (error instanceof AppError) return null;
      throw error;
    });
    if (!header) continue;
    const { model, file, style, judge, startedAt } = header;
    const questions = file.name.split(/[/\\]/u).at(-1) ?? file.name;
    infos.push({
      ...{ path, model: model.name, precision: model.precision, questions },
      ...{ style, judge, startedAt, bytes },
    });
  }
  return infos;
}

/**
 * Before another result is written there: the oldest go that are too many. `keep` is the one about to be written or gone on with.
 *
 * @returns what was removed
 */
export async function boundEvaluations(
  dataFolder: string,
  keep: string,
  most: { readonly files: number; readonly bytes: number } = { files: mostFiles, bytes: mostBytes },
): Promise<readonly string[]> {
  const others = (await resultFiles(evaluationsFolder(dataFolder))).filter(({ path }) => path !== keep);
  let bytes = 0;
  const removed: string[] = [];
  for (const [place, file] of others.entries()) {
    bytes += file.bytes;
    if (place < most.files - 1 && bytes <= most.bytes) continue;
    await rm(file.path, { force: true });
    removed.push(file.path);
  }
  return removed;
}
