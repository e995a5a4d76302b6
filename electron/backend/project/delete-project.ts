import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../common/errors.ts';
import { fileError } from '../app/file-errors.ts';
import { begunCopiesName } from './begun-copies.ts';
import {
  databaseFile,
  databaseName,
  imagesFolder,
  isProjectFolder,
  snapshotsFolder,
} from './project-folder.ts';
import { ProjectStore } from './project-store.ts';

/** What is left of a project's database while it is deleted: no project any more, whatever happens from then on. */
const condemned = `${databaseName}.deleted`;

/**
 * Deletes a project that nobody has open: its database, its safety copies, and the pictures it copied in. Linked pictures stay where they are,
 * and so does every file in the folder that is not the project's own.
 *
 * @returns names of what was left in the folder; empty when the folder is gone
 * @throws AppError 'project-not-found', 'project-locked' when another program has it open, 'file-not-writable'
 */
export async function deleteProject(folder: string): Promise<readonly string[]> {
  if (!(await isProjectFolder(folder))) {
    throw new AppError('project-not-found', `There is no project in ${folder}.`, { folder });
  }
  const copies = await copiedFiles(folder);
  try {
    await rename(databaseFile(folder), join(folder, condemned));
    for (const name of copies) await rm(join(imagesFolder(folder), name), { force: true });
    await removeIfEmpty(imagesFolder(folder));
    await rm(snapshotsFolder(folder), { recursive: true, force: true });
    for (const name of await readdir(folder)) {
      if (isOwn(name)) await rm(join(folder, name), { force: true });
    }
    await removeIfEmpty(folder);
  } catch (error) {
    throw fileError(error, folder, 'write');
  }
  return readdir(folder).catch(() => []);
}

/** The database's companions, and the record of copies that were begun. */
function isOwn(name: string): boolean {
  return name === condemned || name === begunCopiesName || name.startsWith(`${databaseName}-`);
}

/** The pictures the project itself put into its folder. A damaged project does not say: then all pictures stay. */
async function copiedFiles(folder: string): Promise<readonly string[]> {
  try {
    const store = await ProjectStore.open(folder);
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
