import { AppError } from '../../common/errors.ts';
import { integrityProblems, isMarkedAsProject, readPragma, type Database } from './database.ts';

/** Whether this version of the app knows all rules of the file. */
export function isKnownVersion(database: Database, latest: number): boolean {
  return readPragma(database, 'user_version') <= latest;
}

/** Whether its records are written as this version of the app writes them. */
export function isOfVersion(database: Database, latest: number): boolean {
  return readPragma(database, 'user_version') === latest;
}

/**
 * A healthy file of ours, looked at before anything is written to it. A newer format may have rules this version does not know: `migrate`
 * refuses it with its own sentence.
 *
 * @param depth null where a thread of its own looks at its pages
 * @throws AppError 'project-damaged'
 */
export function checkIdentity(database: Database, latest: number, depth: 'whole' | 'quick' | null): void {
  if (!isKnownVersion(database, latest)) return;
  if (!isMarkedAsProject(database)) {
    throw new AppError('project-damaged', 'the file is not a PixelLM Studio project', {});
  }
  const problems = depth === null ? [] : integrityProblems(database, depth);
  if (problems.length > 0) throw new AppError('project-damaged', problems.join('; '), { problems });
}
