import { basename, dirname } from 'node:path';
import { AppError, isAbort } from '../../common/errors.ts';

/** Turns a failure of Node's file functions into the app's; anything else passes through. */
export function fileError(error: unknown, path: string, purpose: 'read' | 'write'): unknown {
  if (isAbort(error) || !(error instanceof Error) || !('code' in error)) return error;
  const facts = { path, reason: error.message };
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EEXIST': // a file where a folder was to be made
      return new AppError(
        'file-not-found',
        purpose === 'read'
          ? `There is nothing at ${path}.`
          : `${path} cannot be written: there is no folder ${dirname(path)} to put ${basename(path)} into.`,
        facts,
        { cause: error },
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError('disk-full', `The disk is full: ${path} could not be written.`, facts, {
        cause: error,
      });
    case 'EISDIR':
      return new AppError('bad-input', `${path} is a folder, not a file.`, facts, { cause: error });
  }
  const why = refusal(error);
  if (why === null) return error;
  return purpose === 'read'
    ? new AppError('file-not-readable', `${path} cannot be read: ${why}.`, facts, { cause: error })
    : new AppError('file-not-writable', `${path} cannot be written: ${why}.`, facts, { cause: error });
}

const refusals: Readonly<Record<string, string>> = {
  EACCES: 'you have no right to it',
  EPERM: 'the system does not allow it',
  EROFS: 'its disk is read-only',
  EIO: 'its disk fails',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
};

/** Why the system refused a file, in words, with its own code; null for anything else. */
export function refusal(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const why = refusals[String(error.code)];
  return why === undefined ? null : `${why} (${String(error.code)})`;
}

/** Whether the system is sure that nothing has this path: not what may not be looked at, nor what lies on a disk that fails. */
export function isNothingThere(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'].includes(code);
}
