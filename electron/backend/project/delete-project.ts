import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../common/errors.ts';
import type { BegunWork, Unfinished } from '../app/begun-work.ts';
import { fileError } from '../app/file-errors.ts';
import { begunCopies, begunCopiesName } from './begun-copies.ts';
import {
  databaseFile,
  databaseName,
  imagesFolder,
  expectProjectFolder,
  jobsFolder,
  snapshotsFolder,
} from './project-folder.ts';
import { ProjectStore } from './project-store.ts';

/** What is left of a project's database while it is deleted: no project any more, whatever happens from then on. */
const condemned = `${databaseName}.deleted`;

/**
 * Deletes a project that nobody has open: its database, its safety copies, its jobs, and the pictures it copied in, finished or not. Linked pictures
 * stay where they are, and so does every file in the folder that is not the project's own.
 *
 * @param begun notes what is about to go: after a kill half-way, the next start deletes the rest
 * @returns names of what was left in the folder; empty when the folder is gone
 * @throws AppError 'project-not-found', 'file-not-readable', 'project-locked' when another program has it open, 'file-not-writable'
 */
export async function deleteProject(
  folder: string,
  begun: Pick<BegunWork, 'begin'>,
): Promise<readonly string[]> {
  await expectProjectFolder(folder);
  const own = await ownParts(folder, begun);
  // As long as there is a database, nothing has begun.
  const over = await begun.begin(...own.map((part) => ({ ...part, unless: databaseFile(folder) })));
  try {
    await rename(databaseFile(folder), join(folder, condemned));
    for (const { path, onlyIfEmpty } of own) {
      if (onlyIfEmpty === true) await removeIfEmpty(path);
      else await rm(path, { recursive: true, force: true });
    }
  } catch (error) {
    throw fileError(error, folder, 'write');
  } finally {
    await over();
  }
  return readdir(folder).catch(() => []);
}

/** In the order in which they go: the condemned database last, the folders once they are empty. */
async function ownParts(folder: string, begun: Pick<BegunWork, 'begin'>): Promise<readonly Unfinished[]> {
  const copies = new Set([...(await copiedFiles(folder, begun)), ...(await begunCopies(folder))]);
  const companions = (await readdir(folder)).filter(
    (name) => name === begunCopiesName || name.startsWith(`${databaseName}-`),
  );
  return [
    ...[...copies].map((name) => ({ path: join(imagesFolder(folder), name) })),
    { path: imagesFolder(folder), onlyIfEmpty: true },
    { path: snapshotsFolder(folder) },
    ...(await journals(folder)).map((name) => ({ path: join(jobsFolder(folder), name) })),
    { path: jobsFolder(folder), onlyIfEmpty: true },
    ...[...companions, condemned].map((name) => ({ path: join(folder, name) })),
    { path: folder, onlyIfEmpty: true },
  ];
}

async function journals(folder: string): Promise<readonly string[]> {
  const names = await readdir(jobsFolder(folder)).catch(() => []); // it never had a job
  return names.filter((name) => name.endsWith('.jsonl'));
}

/** The pictures the project itself put into its folder. A damaged project does not say: then all pictures stay. */
async function copiedFiles(folder: string, begun: Pick<BegunWork, 'begin'>): Promise<readonly string[]> {
  try {
    const store = await ProjectStore.open(folder, { begun });
    try {
      return [...store.document.images.values()].flatMap(({ source }) =>
        // A name with a folder in it would lead out of ours.
        source.kind === 'copied' && !/[/\\]/u.test(source.file) ? [source.file] : [],
      );
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof AppError && error.code === 'project-damaged') return [];
    throw error;
  }
}

async function removeIfEmpty(folder: string): Promise<void> {
  const left = await readdir(folder).catch(() => null);
  if (left !== null && left.length === 0) await rmdir(folder);
}
