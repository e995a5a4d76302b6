import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../common/errors.ts';

/** What lies where inside a project's folder. */
export const databaseName = 'project.sqlite';
export const databaseFile = (folder: string): string => join(folder, databaseName);
export const imagesFolder = (folder: string): string => join(folder, 'images');
export const snapshotsFolder = (folder: string): string => join(folder, 'snapshots');

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
  return stat(databaseFile(folder)).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** @throws AppError 'project-exists' when there is a folder or file of that name; 'file-not-writable' */
export async function makeProjectFolder(folder: string): Promise<void> {
  try {
    await mkdir(dirname(folder), { recursive: true });
  } catch (error) {
    throw notWritable(folder, error);
  }
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException; // Node's file functions throw nothing else
    if (code !== 'EEXIST') throw notWritable(folder, error);
    throw new AppError('project-exists', `There is already something named ${folder}.`, { folder });
  }
}

function notWritable(folder: string, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError(
    'file-not-writable',
    `No project can be made in ${folder}: ${reason}`,
    { folder },
    { cause },
  );
}
