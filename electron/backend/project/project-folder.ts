import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../common/errors.ts';
import { fileError, isNothingThere } from '../app/file-errors.ts';

/** What lies where inside a project's folder. */
export const databaseName = 'project.sqlite';
export const databaseFile = (folder: string): string => join(folder, databaseName);
export const imagesFolder = (folder: string): string => join(folder, 'images');
export const snapshotsFolder = (folder: string): string => join(folder, 'snapshots');
export const jobsFolder = (folder: string): string => join(folder, 'jobs');

/** A folder name close to what the person typed, legal on every system. */
export function folderNameOf(projectName: string): string {
  const legal = projectName
    .normalize('NFC')
    .replace(/[\p{Cc}<>:"/\\|?*]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/^\.+|[. ]+$/gu, '');
  // 80 characters are at most 240 bytes for most scripts; file systems allow 255.
  const short = [...legal].slice(0, 80).join('').trim();
  // Windows keeps these names for devices, whatever follows the dot.
  const isDevice = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/iu.test(short);
  return short === '' ? 'Project' : isDevice ? `${short} project` : short;
}

export async function isProjectFolder(folder: string): Promise<boolean> {
  return holdsDatabase(folder).catch(() => false);
}

/** False only where it is sure that there is none: a folder that may not be looked into may be one. */
export async function mayBeProjectFolder(folder: string): Promise<boolean> {
  return holdsDatabase(folder).catch(() => true);
}

/** @throws AppError 'project-not-found'; 'file-not-readable' where the folder may not be looked into */
export async function expectProjectFolder(folder: string): Promise<void> {
  if (await holdsDatabase(folder)) return;
  throw new AppError('project-not-found', `There is no project in ${folder}.`, { folder });
}

/** @throws AppError 'file-not-readable' */
async function holdsDatabase(folder: string): Promise<boolean> {
  try {
    return (await stat(databaseFile(folder))).isFile();
  } catch (error) {
    if (isNothingThere(error)) return false;
    throw fileError(error, folder, 'read');
  }
}
