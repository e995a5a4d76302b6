import type { Database } from '../../electron/backend/project/database.ts';

/** A database as the SQL that makes it: readable, and small in a repository. */
export function dumpDatabase(database: Database): string {
  const rows = (sql: string) => database.prepare(sql).all() as Record<string, string>[]; // text columns only
  const tables = rows(`SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid`);
  const others = rows(
    `SELECT sql FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL ORDER BY rowid`,
  );
  const lines = tables.flatMap(({ name, sql }) => {
    const columns = rows(`SELECT name FROM pragma_table_info('${name}')`).map(
      (column) => `quote("${column['name']}")`,
    );
    const values = rows(`SELECT ${columns.join(` || ', ' || `)} AS line FROM "${name}"`);
    return [sql ?? '', ...values.map(({ line }) => `INSERT INTO "${name}" VALUES (${line})`)];
  });
  const pragmas = ['user_version', 'application_id'].map((name) => {
    const value = Object.values(rows(`PRAGMA ${name}`)[0] ?? {})[0];
    return `PRAGMA ${name} = ${value}`;
  });
  return [...lines, ...others.map(({ sql }) => sql ?? ''), ...pragmas].map((line) => `${line};\n`).join('');
}
