import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  flushedLater,
  inTransaction,
  integrityProblems,
  makeDurable,
  openDatabase,
  readPragma,
} from '../../../../electron/backend/project/database.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

async function aDatabase() {
  const file = join(await temporaryFolder(), 'x.sqlite');
  const database = openDatabase(file);
  onTestFinished(() => database.close());
  makeDurable(database);
  database.exec('CREATE TABLE t (value TEXT) STRICT');
  return { file, database, count: () => database.prepare('SELECT count(*) AS n FROM t').get() };
}

test('every commit is flushed to the log', async () => {
  const { database } = await aDatabase();
  expect(database.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
  expect(readPragma(database, 'synchronous')).toBe(2);
  expect(readPragma(database, 'foreign_keys')).toBe(1);
});

test('a transaction that another one flushes leaves every later one flushed as ever, even where it fails', async () => {
  const { database, count } = await aDatabase();
  let during = 0;
  flushedLater(database, () => {
    during = readPragma(database, 'synchronous');
    database.exec("INSERT INTO t VALUES ('x')");
  });
  expect([during, readPragma(database, 'synchronous'), count()]).toEqual([1, 2, { n: 1 }]);
  expect(() => flushedLater(database, () => database.exec('no SQL'))).toThrow();
  expect(readPragma(database, 'synchronous')).toBe(2);
});

test('a disk that fills up in the middle of a change leaves nothing of it, and the next small change works', async () => {
  const { database, file, count } = await aDatabase();
  database.exec(`PRAGMA max_page_count = ${readPragma(database, 'page_count') + 3}`);
  const insert = database.prepare('INSERT INTO t VALUES (?)');
  const write = (text: string) =>
    inTransaction(database, file, () => [insert.run('first'), insert.run(text)]);
  expect(() => write('x'.repeat(100_000))).toThrow(expect.objectContaining({ code: 'disk-full' }));
  expect(count()).toMatchObject({ n: 0 });
  write('short');
  expect(count()).toMatchObject({ n: 2 });
  expect(integrityProblems(database)).toEqual([]);
});

test('an exception of our own rolls back too', async () => {
  const { database, file, count } = await aDatabase();
  const work = () => {
    database.exec(`INSERT INTO t VALUES ('x')`);
    throw new Error('stop');
  };
  expect(() => inTransaction(database, file, work)).toThrow('stop');
  expect(count()).toMatchObject({ n: 0 });
});

test('a file that is read-only says so', async () => {
  const { database, file } = await aDatabase();
  database.exec('PRAGMA query_only = ON');
  expect(() => inTransaction(database, file, () => database.exec(`INSERT INTO t VALUES ('x')`))).toThrow(
    expect.objectContaining({ code: 'file-not-writable' }),
  );
});

test('a file that is no database is damaged, and stays as it is', async () => {
  const file = join(await temporaryFolder(), 'x.sqlite');
  await writeFile(file, 'plain text '.repeat(100));
  expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code: 'project-damaged' }));
  expect(await readFile(file, 'utf8')).toBe('plain text '.repeat(100));
});

test('integrity problems name records that point nowhere', async () => {
  const { database } = await aDatabase();
  database.exec('PRAGMA foreign_keys = OFF');
  database.exec('CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT');
  database.exec(
    'CREATE TABLE child (parent_id INTEGER REFERENCES parent (id)) STRICT; INSERT INTO child VALUES (7)',
  );
  expect(integrityProblems(database)).toEqual(['1 records point to records that are not there']);
});
