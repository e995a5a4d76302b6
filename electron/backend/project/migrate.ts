import { AppError } from '../../common/errors.ts';
import { inTransaction, markAsProject, readPragma, type Database } from './database.ts';
import type { Migration } from './migrations.ts';

export function latestVersion(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0;
}

/**
 * Takes the database to the newest schema in one transaction.
 *
 * @param beforeChange called once before an existing project is changed: the place for a safety copy
 * @throws AppError 'project-newer' when a later version of the app wrote it
 */
export async function migrate(options: {
  readonly database: Database;
  readonly file: string;
  readonly migrations: readonly Migration[];
  readonly beforeChange: (fromVersion: number) => Promise<void>;
}): Promise<void> {
  const { database, file, migrations } = options;
  const version = readPragma(database, 'user_version');
  const latest = latestVersion(migrations);
  // The next hundred years of versions; beyond that it is no version but damage.
  if (version > 10_000) throw new AppError('project-damaged', `its format number is ${version}`, { version });
  if (version > latest) {
    throw new AppError(
      'project-newer',
      `A newer version of PixelLM Studio wrote this project (format ${version}; this app knows up to ${latest}). It was left as it is.`,
      { file, version, latest },
    );
  }
  if (version === latest) return;
  if (version > 0) await options.beforeChange(version);
  inTransaction(database, file, () => {
    for (const step of migrations) {
      if (step.version > version) database.exec(step.sql);
    }
    markAsProject(database);
    database.exec(`PRAGMA user_version = ${latest}`);
  });
}
