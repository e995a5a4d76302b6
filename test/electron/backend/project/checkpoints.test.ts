import { spawnSync } from 'node:child_process';
import { copyFile, readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Checkpoints } from '../../../../electron/backend/project/checkpoints.ts';
import { commitInSlices } from '../../../../electron/backend/project/commit-in-slices.ts';
import {
  type Database,
  flushedLater,
  integrityProblems,
  makeDurable,
  openDatabase,
  readPragma,
} from '../../../../electron/backend/project/database.ts';
import { FormerLinks } from '../../../../electron/backend/project/former-links.ts';
import { LargeChanges } from '../../../../electron/backend/project/large-changes.ts';
import { ProjectStore } from '../../../../electron/backend/project/project-store.ts';
import { emptyDiff } from '../../../../electron/common/document/diff.ts';
import { aProject, reopened } from '../../../helpers/a-project.ts';
import { aCategory, aCategoryId, anAnnotation, anAnnotationId, anImage } from '../../../helpers/records.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

/** A database whose disk answers when it is told to; `seen` says what it was asked for, and whether the file held the row by then. */
async function aSlowDisk() {
  const file = join(await temporaryFolder(), 'x.sqlite');
  const database = openDatabase(file);
  makeDurable(database);
  database.exec('CREATE TABLE t (value TEXT) STRICT');
  readPragma(database, 'wal_checkpoint(TRUNCATE)');
  const seen: string[] = [];
  const waiting: ((error?: Error) => void)[] = [];
  const isInFile = async (text: string): Promise<boolean> => (await readFile(file)).includes(text);
  const faults = { isFull: false };
  const checkpoints = new Checkpoints(refusing(database, faults), file, {
    async later() {
      seen.push((await isInFile('row 1')) ? 'file' : 'log');
      await new Promise<void>((resolve, reject) =>
        waiting.push((error) => (error === undefined ? resolve() : reject(error))),
      );
    },
    now: () => seen.push('now'),
  });
  onTestFinished(() => {
    if (database.isOpen) database.close();
    checkpoints.close();
  });
  const write = (text: string, pages: number, isFlushed = true): void => {
    checkpoints.beforeWrite();
    const insert = (): void => database.exec(`INSERT INTO t VALUES ('${text}')`);
    if (isFlushed) insert();
    else flushedLater(database, insert);
    checkpoints.wrote(pages, isFlushed);
  };
  /** Lets the disk answer what it is asked next. */
  const answer = async (error?: Error): Promise<void> => {
    await expect.poll(() => waiting.length).toBe(1);
    waiting.shift()?.(error);
  };
  const rows = (): number => Number(database.prepare('SELECT count(*) AS n FROM t').get()?.['n']);
  return { file, database, checkpoints, faults, seen, write, answer, rows };
}

/** The database, whose file grows no more while the disk is full. */
function refusing(database: Database, faults: { readonly isFull: boolean }): Database {
  return new Proxy(database, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]): unknown => {
        if (faults.isFull && String(given[0]).includes('wal_checkpoint')) throw new Error('the disk is full');
        return Reflect.apply(value, target, given);
      };
    },
  });
}

test('the log is brought into the file when it is long, and nobody waits for the disk meanwhile', async () => {
  const { checkpoints, seen, write, answer } = await aSlowDisk();
  write('row 1', 400);
  write('row 2', 599);
  await checkpoints.settled();
  expect(seen).toEqual([]);
  write('row 3', 1);
  await answer();
  await checkpoints.settled();
  // The log was flushed with its last transaction; the file is waited for once, after it was written.
  expect(seen).toEqual(['file']);
  write('row 4', 1);
  expect(seen).toEqual(['file']);
});

test('a log that the disk may not have goes to the disk before the file is touched, what comes meanwhile included', async () => {
  const { checkpoints, seen, write, answer } = await aSlowDisk();
  write('row 1', 1_000, false);
  await expect.poll(() => seen).toEqual(['log']);
  write('row 2', 10, false);
  await answer();
  await expect.poll(() => seen).toEqual(['log', 'log']);
  await answer();
  await answer();
  await checkpoints.settled();
  expect(seen).toEqual(['log', 'log', 'file']);
});

test('who writes while the file is on its way to the disk waits for it: the log is the only other place that has it', async () => {
  const { checkpoints, seen, write, answer, rows } = await aSlowDisk();
  write('row 1', 1_000);
  await expect.poll(() => seen).toEqual(['file']);
  write('row 2', 1);
  expect(seen).toEqual(['file', 'now']);
  write('row 3', 1);
  expect(seen).toEqual(['file', 'now']);
  await answer();
  await checkpoints.settled();
  expect(rows()).toBe(3);
});

test('a disk that fails to keep the file leaves all in the log, and takes nothing more', async () => {
  const { file, database, checkpoints, seen, write, answer } = await aSlowDisk();
  write('row 1', 1_000);
  await answer(new Error('EIO: i/o error'));
  await checkpoints.settled();
  expect(() => write('row 2', 1)).toThrow(
    expect.objectContaining({ code: 'file-not-writable', message: expect.stringContaining('EIO') as string }),
  );
  expect([seen, await checkpoints.end()]).toEqual([['file'], { isSafeToClose: false }]);
  // As a power cut would find it: the log alone makes it whole.
  const copy = join(await temporaryFolder(), 'x.sqlite');
  await copyFile(`${file}-wal`, `${copy}-wal`);
  await copyFile(file, copy);
  const found = openDatabase(copy);
  onTestFinished(() => found.close());
  expect(found.prepare('SELECT value FROM t').all()).toEqual([{ value: 'row 1' }]);
  expect(database.isOpen).toBe(true);
});

test('where the disk is too full for the file, the log keeps all of it, and the next change tries again', async () => {
  const { checkpoints, faults, seen, write, answer, rows } = await aSlowDisk();
  faults.isFull = true;
  write('row 1', 1_000);
  await checkpoints.settled();
  expect([seen, rows()]).toEqual([[], 1]);
  faults.isFull = false;
  write('row 2', 1_000);
  await answer();
  await checkpoints.settled();
  expect([seen, rows()]).toEqual([['now', 'file'], 2]);
  expect(await checkpoints.end()).toEqual({ isSafeToClose: true });
});

test('before the last change of many, their log goes to the disk beside other work', async () => {
  const { checkpoints, seen, write, answer } = await aSlowDisk();
  await checkpoints.flushed();
  write('row 1', 10, false);
  write('row 2', 10, false);
  const flushed = checkpoints.flushed();
  await answer();
  await flushed;
  await checkpoints.flushed();
  expect(seen).toEqual(['log']);
});

test('a copy holds what there was when it was begun, whatever is written meanwhile, which comes into the file after it', async () => {
  const { file, database, checkpoints, write, answer, rows } = await aSlowDisk();
  write('row 0', 1);
  readPragma(database, 'wal_checkpoint(TRUNCATE)');
  const copy = `${file}-copy`;
  const copying = checkpoints.copied(async (copyTo) => {
    write('row 1', 3_000);
    let isSettled = false;
    void checkpoints.settled().then(() => (isSettled = true));
    await copyTo(copy);
    expect([(await readFile(file)).includes('row 1'), isSettled]).toEqual([false, false]);
  });
  await copying;
  await answer();
  await checkpoints.settled();
  expect((await readFile(file)).includes('row 1')).toBe(true);
  const found = openDatabase(copy);
  onTestFinished(() => found.close());
  expect([rows(), integrityProblems(found)]).toEqual([2, []]);
  expect(found.prepare('SELECT value FROM t').all()).toEqual([{ value: 'row 0' }]);
});

test('a large change leaves a short log, and all of it in the project, as often as it is brought into the file', async () => {
  const store = await aProject([anImage()]);
  const added = Array.from({ length: 6_000 }, (_, at) => anAnnotation({ id: anAnnotationId(`mask-${at}`) }));
  const project = {
    store,
    ready: store.checked,
    largeChanges: new LargeChanges((id) => store.entities.get(id)),
    formerLinks: new FormerLinks(),
    commit: ({ diff, extras }: { diff: typeof emptyDiff; extras?: { readonly goesOn?: boolean } }) =>
      store.commit(diff, extras),
  };
  await commitInSlices(project, { ...emptyDiff, added }, { label: 'x' }, new AbortController().signal);
  const { size } = await stat(join(store.folder, 'project.sqlite-wal'));
  expect(size).toBeLessThan(8_000_000);
  expect((await reopened(store)).document.annotations.size).toBe(6_000);
});

test('a safety copy is taken while the project is changed, is no open project, and leaves the project locked for others', async () => {
  const closed = await aProject([anImage()]);
  await closed.close();
  const store = await ProjectStore.open(closed.folder);
  onTestFinished(() => store.close());
  store.commit({ ...emptyDiff, added: [aCategory({ id: aCategoryId('later'), name: 'later' })] });
  const snapshots = async (): Promise<string[]> =>
    (await readdir(join(store.folder, 'snapshots')).catch(() => [])).filter((name) =>
      name.endsWith('.sqlite'),
    );
  await expect.poll(async () => (await snapshots()).length).toBe(1);
  const script =
    "const { DatabaseSync } = require('@photostructure/sqlite'); new DatabaseSync(process.argv[1]).prepare('SELECT * FROM meta').all()";
  const other = spawnSync(process.execPath, ['-e', script, join(store.folder, 'project.sqlite')]);
  expect([other.status, String(other.stderr)]).toEqual([1, expect.stringContaining('database is locked')]);

  const copy = await temporaryFolder();
  const [name = ''] = await snapshots();
  await copyFile(join(store.folder, 'snapshots', name), join(copy, 'project.sqlite'));
  const found = await ProjectStore.open(copy);
  onTestFinished(() => found.close());
  expect([found.revision, found.all('category'), found.facts().notes]).toEqual([1, [], undefined]);
});
