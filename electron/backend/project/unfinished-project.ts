import { randomUUID } from 'node:crypto';
import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../app/make-folder.ts';
import { refusal } from '../app/file-errors.ts';
import { AppError } from '../../common/errors.ts';
import type { BegunWork } from '../app/begun-work.ts';
import { syncFolder } from '../app/sync-to-disk.ts';

/** A project's folder while it is being made, beside its place and hidden. */
export interface UnfinishedFolder {
  readonly path: string;
  /** Gives it its own name. @throws AppError 'project-exists' when that was taken meanwhile */
  finish(): Promise<void>;
  /** Takes away what is not finished; does nothing after `finish`. */
  discard(): Promise<void>;
}

/** @throws AppError 'project-exists' when there is a folder or file of that name; 'file-not-writable' */
export async function makeUnfinishedFolder(
  folder: string,
  begun: Pick<BegunWork, 'begin'> | undefined,
): Promise<UnfinishedFolder> {
  const path = join(dirname(folder), `.${basename(folder).slice(0, 40)}.${randomUUID().slice(0, 8)}.partial`);
  await refuseTaken(folder);
  const over = await begun?.begin(path);
  try {
    await makeFolder(dirname(folder), 0o700);
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    await over?.();
    throw notWritable(folder, error);
  }
  return {
    path,
    async finish() {
      await refuseTaken(folder);
      await syncFolder(path);
      // Over an empty folder that came this very moment a rename would go through, which harms nobody; over anything else it fails.
      await rename(path, folder).catch((error: unknown) => {
        throw notWritable(folder, error);
      });
      await syncFolder(dirname(folder));
    },
    async discard() {
      await rm(path, { recursive: true, force: true });
      await over?.();
    },
  };
}

async function refuseTaken(folder: string): Promise<void> {
  const found = await lstat(folder).catch(() => null);
  if (found) throw new AppError('project-exists', `There is already something named ${folder}.`, { folder });
}

function notWritable(folder: string, cause: unknown): AppError {
  const reason = refusal(cause) ?? (cause instanceof Error ? cause.message : String(cause));
  return new AppError(
    'file-not-writable',
    `No project can be made in ${folder}: ${reason}`,
    { folder },
    { cause },
  );
}
