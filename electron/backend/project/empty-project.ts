import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { inTransaction, makeDurable, openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations.ts';
import { writeProjectMeta } from './project-meta.ts';

/** The database of a project that holds nothing yet. */
export async function writeEmptyProject(file: string, name: string): Promise<void> {
  // Made here, so that it is this account's alone from its first moment; what SQLite puts beside it has the same mode.
  await writeFile(file, '', { mode: 0o600, flag: 'wx' });
  const database = openDatabase(file);
  try {
    makeDurable(database);
    await migrate({
      database,
      file,
      migrations,
      beforeChange: () => Promise.resolve(),
    });
    const meta = { id: randomUUID(), name, createdAt: new Date().toISOString(), revision: 0, view: {} };
    inTransaction(database, file, () => writeProjectMeta(database, meta));
  } finally {
    database.close();
  }
}
