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
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'EIO':
    case 'ELOOP':
    case 'ENAMETOOLONG':
    case 'EMFILE':
      return purpose === 'read'
        ? new AppError('file-not-readable', `${path} cannot be read: ${error.message}`, facts, {
            cause: error,
          })
        : new AppError('file-not-writable', `${path} cannot be written: ${error.message}`, facts, {
            cause: error,
          });
    default:
      return error;
  }
}
