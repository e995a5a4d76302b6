import { open } from 'node:fs/promises';
import { AppError } from '../../common/errors.ts';
import { asDamage, toAppError } from './database.ts';
import { databaseFile } from './project-folder.ts';
import { damagedError } from './snapshots.ts';

/** What a person is told where a project does not open, with its snapshots where it is damaged. Only when no connection has the file. */
export async function openingError(folder: string, thrown: unknown): Promise<unknown> {
  const error = await asOpeningError(toAppError(thrown, databaseFile(folder)), folder);
  if (!(error instanceof AppError) || error.code !== 'project-damaged') return error;
  return damagedError(folder, plainProblem(error), error);
}

/** SQLite has many words for a header that is nonsense; a person needs one, and the snapshots. */
async function asOpeningError(error: unknown, folder: string): Promise<unknown> {
  // Looked at for this failure alone: whoever opens and closes a file gives up the locks that the process has on it.
  if (error instanceof AppError && error.code === 'file-not-writable' && !(await hasHeader(folder)))
    return new AppError('project-damaged', 'its header is not one of a database', {}, { cause: error });
  return asDamage(error);
}

/** Whether the bytes that say who may write the file are ones SQLite writes: with others it takes every disk for a read-only one. */
async function hasHeader(folder: string): Promise<boolean> {
  const file = await open(databaseFile(folder), 'r').catch(() => null);
  if (file === null) return true; // not readable at all is another failure, with its own sentence
  try {
    const { buffer } = await file.read(Buffer.alloc(20), 0, 20, 0);
    return [18, 19].every((at) => buffer[at] === 1 || buffer[at] === 2);
  } finally {
    await file.close();
  }
}

function plainProblem(error: AppError): string {
  const { sqlite, problem } = error.details;
  const plain = [sqlite, problem].find((each) => typeof each === 'string');
  return plain ?? error.message;
}
