import { access, constants, copyFile, chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../common/errors.ts';
import { databaseFile, databaseName } from './project-folder.ts';

/**
 * A copy of a project's database and its log, for a project that lies where nothing can be written: SQLite needs to write beside a database
 * that was not closed before it can read it. The project itself is not touched.
 */
export interface ViewCopy {
  readonly file: string;
  remove(): Promise<void>;
}

/** Whether the project there can be changed, as far as the system says. */
export async function isWritable(folder: string): Promise<boolean> {
  for (const path of [folder, databaseFile(folder)]) {
    const canWrite = await access(path, constants.W_OK).then(
      () => true,
      () => false,
    );
    if (!canWrite) return false;
  }
  return true;
}

/** @throws system errors of reading the project and of a full temporary folder */
export async function copyToView(folder: string): Promise<ViewCopy> {
  const place = await mkdtemp(join(tmpdir(), 'pixellm-view-')); // for this account alone
  const remove = (): Promise<void> => rm(place, { recursive: true, force: true });
  try {
    for (const suffix of ['', '-wal']) {
      const copy = join(place, `${databaseName}${suffix}`);
      const isThere = await copyFile(`${databaseFile(folder)}${suffix}`, copy).then(
        () => true,
        (error: unknown) => {
          if (suffix === '') throw error;
          return false; // it was closed, and has no log
        },
      );
      if (isThere) await chmod(copy, 0o600); // the original's mode may be the reason
    }
    return { file: join(place, databaseName), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

export function onlyToView(folder: string): AppError {
  const message = `This project can only be looked at: ${folder} cannot be written. Nothing of this was saved. To work on it, copy its folder to a place that can be written.`;
  return new AppError('file-not-writable', message, { folder });
}
