import { statSync } from 'node:fs';
import { AppError } from '../../common/errors.ts';

/** Which file a path means: another one of the same name has another identity. Null where there is none. */
export type FileIdentity = { readonly dev: bigint; readonly ino: bigint } | null;

/** Asked before each change, between two steps that must not be parted: hence in step, at some ten microseconds. */
export function identityOf(path: string): FileIdentity {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found ? { dev: found.dev, ino: found.ino } : null;
}

export function isSameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a?.ino === b?.ino && a?.dev === b?.dev;
}

/** An open database goes on taking changes after its folder is deleted or moved, where nobody will find them. */
export function movedError(folder: string): AppError {
  return new AppError(
    'file-not-writable',
    `The project is no longer in ${folder}: it was moved, deleted or put in another's place while it was open. The change was not saved. Put it back, or open it where it is now.`,
    { folder },
  );
}
