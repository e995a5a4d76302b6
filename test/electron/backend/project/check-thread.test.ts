import { spawnSync } from 'node:child_process';
import { access, copyFile, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { hashFile } from '../../../../electron/backend/images/hash-file.ts';
import { startCheckLater } from '../../../../electron/backend/project/check-thread.ts';
import { copyDatabase, openDatabase } from '../../../../electron/backend/project/database.ts';
import { ProjectStore } from '../../../../electron/backend/project/project-store.ts';
import { takeRoutineSnapshot } from '../../../../electron/backend/project/snapshots.ts';
import { toldSnapshot } from '../../../../electron/backend/project/told-snapshot.ts';
import { emptyDiff } from '../../../../electron/common/document/diff.ts';
import { recordsOf } from '../../../../electron/common/record-texts.ts';
import { aProject } from '../../../helpers/a-project.ts';
import { anApp } from '../../../helpers/an-app.ts';
import { bundleForNode } from '../../../helpers/bundle-for-node.ts';
import { aCategory, aCategoryId, everyKind } from '../../../helpers/records.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

/** The thread's script as it is built. */
async function builtWorker(): Promise<string> {
  const script = '../../../electron/backend/project/check-worker.ts';
  return join(await bundleForNode(script, 'check-worker'), 'check-worker.js');
}

const classes = (count: number) =>
  Array.from({ length: count }, (_, at) => aCategory({ id: aCategoryId(`c${at}`), name: `class ${at}` }));
const another = { ...emptyDiff, added: [aCategory({ id: aCategoryId('new'), name: 'new' })] };

/** A closed project of more than eight megabytes, most of them in a table that nobody reads, with a safety copy. @returns its folder */
async function aLargeProject(change = 'SELECT 1'): Promise<string> {
  const store = await aProject([...everyKind, ...classes(2_500)]);
  await store.close();
  const file = join(store.folder, 'project.sqlite');
  const database = openDatabase(file);
  database.exec('CREATE TABLE filler (bytes BLOB); INSERT INTO filler VALUES (zeroblob(9000000))');
  const copy = (file: string): Promise<void> => copyDatabase(database, file);
  await takeRoutineSnapshot({ copy, folder: store.folder, revision: 1 });
  database.exec(`PRAGMA foreign_keys = OFF; ${change}`);
  database.close();
  return store.folder;
}

/** The thread, which says how many records there are and then waits for `go` before it looks at anything. */
async function aWaitingWorker(): Promise<{
  readonly folder: string;
  readonly file: string;
  go(): Promise<void>;
}> {
  const folder = await temporaryFolder();
  const file = join(folder, 'check-worker.js');
  const signal = join(folder, 'go');
  const counts = { image: 1, category: 2_501, annotation: 1, turn: 1, target: 1 };
  await writeFile(
    file,
    `import { existsSync } from 'node:fs';
    import { parentPort } from 'node:worker_threads';
    parentPort.postMessage({ type: 'counts', counts: ${JSON.stringify(counts)} });
    while (!existsSync(${JSON.stringify(signal)})) await new Promise((resolve) => setTimeout(resolve, 5));
    await import(${JSON.stringify(await builtWorker())});`,
  );
  return { folder, file, go: () => writeFile(signal, '') };
}

/** What another program is told that wants to read the project. */
function asAnother(folder: string): string {
  const script =
    "const { DatabaseSync } = require('@photostructure/sqlite'); new DatabaseSync(process.argv[1]).prepare('SELECT * FROM meta').all()";
  const { stderr } = spawnSync(process.execPath, ['-e', script, join(folder, 'project.sqlite')]);
  return /database is locked/u.exec(String(stderr))?.[0] ?? 'it may';
}

/** What became of it so far. */
function followed(work: Promise<unknown>): { state: string } {
  const seen = { state: 'under way' };
  work.then(
    () => (seen.state = 'done'),
    (error: { code?: string }) => (seen.state = error.code ?? 'failed'),
  );
  return seen;
}

test('a large project is shown while it is looked through, and changed only when that is done', async () => {
  const folder = await aLargeProject();
  const worker = await aWaitingWorker();
  const app = await anApp({ host: { bundlesFolder: worker.folder } });
  const told = await app.client.call('project.open', { folder });
  expect(told.rest).toBe(2_500 + everyKind.length);

  const records = app.client.stream('project.records', { folder });
  let come = 0;
  for (; come < told.rest!; ) come += recordsOf((await records.next()).value!).length;
  const end = records.next();
  const edit = app.commit(another);
  const [endSeen, editSeen] = [followed(end), followed(edit)];
  const view = await app.openWindow().client.call('project.snapshot', {});
  expect([view.rest, endSeen.state, editSeen.state]).toEqual([told.rest, 'under way', 'under way']);
  // Nothing of the app is in the way of others, and nothing was written beside the file either.
  await app.client.call('app.info', {});
  await expect(access(join(folder, 'project.sqlite-session'))).rejects.toThrow('ENOENT');

  expect(asAnother(folder)).toBe('database is locked');

  await worker.go();
  await Promise.all([end, edit]);
  // The thread has closed its connection, which must not have given up the lock of the other.
  expect(asAnother(folder)).toBe('database is locked');
  expect((await end).done).toBe(true);
  expect((await app.client.call('project.snapshot', {})).project.revision).toBe(told.project.revision + 1);
  const [recent] = await app.client.call('project.recent', {});
  expect(recent).toMatchObject({ folder, images: 1 });
});

test.each([
  ['a record that is not as it was written', 'UPDATE annotation SET sum = sum + 1 WHERE rowid = 1'],
  ['a record that points nowhere', "UPDATE target SET turn_id = 'gone'"],
])(
  '%s is told before anything is changed, with the safety copies, and one of them can be put back',
  async (_what, change) => {
    const folder = await aLargeProject(change);
    const before = await readFile(join(folder, 'project.sqlite'));
    const worker = await aWaitingWorker();
    const app = await anApp({ host: { bundlesFolder: worker.folder } });
    await app.client.call('project.open', { folder });
    const edit = app.commit(another);
    const read = (async () => {
      for await (const _part of app.client.stream('project.records', { folder }));
    })();
    followed(edit);
    followed(read);
    await worker.go();
    const damage = { code: 'project-damaged', details: { folder, snapshots: [{}] } };
    await expect(read).rejects.toMatchObject(damage);
    await expect(edit).rejects.toMatchObject(damage);
    // Nobody has it any more.
    await expect(app.client.call('project.snapshot', {})).rejects.toMatchObject({ code: 'no-project-open' });
    expect(Buffer.compare(await readFile(join(folder, 'project.sqlite')), before)).toBe(0);

    const { snapshots } = await app.client
      .call('project.open', { folder })
      .then(async () => {
        for await (const _part of app.client.stream('project.records', { folder }));
        throw new Error('it is as damaged as before');
      })
      .catch((error: { details: { snapshots: { path: string }[] } }) => error.details);
    await app.client.call('project.restoreSnapshot', { folder, snapshot: snapshots[0]?.path ?? '' });
    await app.commit(another);
  },
);

test('pages that are damaged are found by the thread, whether or not anybody reads them', async () => {
  const folder = await aLargeProject();
  const checkWorker = await builtWorker();
  const file = join(folder, 'project.sqlite');
  const bytes = await readFile(file);
  // The filler's pages lie last and point to each other.
  bytes.fill(0xff, bytes.length - 4_096 * 3, bytes.length - 4_096 * 2);
  await writeFile(file, bytes);
  const store = await ProjectStore.open(folder, { checkWorker });
  await expect(store.whenChecked()).rejects.toMatchObject({
    code: 'project-damaged',
    details: { snapshots: [{}] },
  });
  await expect(ProjectStore.open(folder)).rejects.toMatchObject({ code: 'project-damaged' });
});

test('a large project that is closed while it is looked through is let go at once, and whoever waits for it hears so', async () => {
  const folder = await aLargeProject();
  const worker = await aWaitingWorker();
  const store = await ProjectStore.open(folder, { checkWorker: worker.file });
  expect([store.isChecked, store.entities.size]).toEqual([false, 2_500 + everyKind.length]);
  await store.close();
  await expect(store.checked).rejects.toMatchObject({ code: 'no-project-open' });
  await worker.go();
  const again = await ProjectStore.open(folder, { checkWorker: worker.file });
  await again.whenChecked();
  expect(again.unreviewed).toBe(
    everyKind.filter((record) => 'review' in record && record.review === 'proposed').length,
  );
  await again.close();
});

test.each([
  ['is there', (log: Buffer) => log, { revision: 2, notes: undefined }],
  ['is nonsense', () => Buffer.alloc(50_000, 7), { revision: 1, notes: /gone or cannot be read/u }],
])(
  'of a large project that was not closed the log %s: it is looked through before it is opened',
  async (_what, changed, told) => {
    const folder = await aLargeProject();
    const checkWorker = await builtWorker();
    const open = await ProjectStore.open(folder, { checkWorker });
    await open.whenChecked();
    open.commit(another);
    const copy = await temporaryFolder();
    for (const name of ['project.sqlite', 'project.sqlite-wal'])
      await copyFile(join(folder, name), join(copy, name));
    await open.close();
    const log = join(copy, 'project.sqlite-wal');
    await writeFile(log, changed(await readFile(log)));

    const found = await ProjectStore.open(copy, { checkWorker });
    expect(found.isChecked).toBe(true);
    const notes = toldSnapshot(found).notes?.join();
    expect(found.revision).toBe(told.revision);
    if (told.notes === undefined) expect(notes).toBeUndefined();
    else expect(notes).toMatch(told.notes);
    await found.close();
    const again = await ProjectStore.open(copy, { checkWorker });
    await again.whenChecked();
    expect(toldSnapshot(again).notes).toBeUndefined();
    await again.close();
  },
);

test.each([
  ['whole', 'SELECT 1'],
  ['damaged', "UPDATE target SET turn_id = 'gone'"],
])(
  'a large project that can only be looked at is looked through on its copy, which goes with it: %s',
  async (what, change) => {
    const folder = await aLargeProject(change);
    const checkWorker = await builtWorker();
    const temporary = await temporaryFolder();
    vi.stubEnv('TMPDIR', temporary);
    onTestFinished(() => void vi.unstubAllEnvs());
    const view = await ProjectStore.openToView(folder, { checkWorker });
    expect(await readdir(temporary)).toHaveLength(1);
    if (what === 'whole') {
      await view.whenChecked();
      expect(() => view.commit(another)).toThrow(expect.objectContaining({ code: 'file-not-writable' }));
    } else
      await expect(view.whenChecked()).rejects.toMatchObject({
        code: 'project-damaged',
        details: { folder },
      });
    await view.close();
    expect(await readdir(temporary)).toEqual([]);
  },
);

test('the thread leaves the first pictures a head start, and begins at once when somebody waits for it', async () => {
  const worker = await aWaitingWorker();
  await worker.go();
  const task = { file: 'none.sqlite', way: 'beside', depth: 'quick', latest: 1 } as const;
  const hour = 3_600_000;
  const hurried = startCheckLater(worker.file, task, hour);
  hurried.hurry();
  expect(await hurried.counts).toMatchObject({ category: 2_501 });
  await expect(hurried.checked).rejects.toMatchObject({ code: 'file-not-writable' });

  const inTime = startCheckLater(worker.file, task, 1);
  expect(await inTime.counts).toMatchObject({ category: 2_501 });
  await inTime.checked.catch(() => undefined);

  const stopped = startCheckLater(worker.file, task, hour);
  await stopped.stop();
  await expect(stopped.checked).rejects.toMatchObject({ code: 'no-project-open' });
  expect(await stopped.counts).toBeNull();
});

test('a thread that cannot be had keeps no project shut, and hides no damage', async () => {
  const nowhere = join(await temporaryFolder(), 'check-worker.js');
  const whole = await ProjectStore.open(await aLargeProject(), { checkWorker: nowhere });
  onTestFinished(() => whole.close());
  await whole.whenChecked();
  expect(whole.commit(another)).toBe(2);
  const damaged = await aLargeProject("UPDATE target SET turn_id = 'gone'");
  const store = await ProjectStore.open(damaged, { checkWorker: nowhere });
  await expect(store.whenChecked()).rejects.toMatchObject({ code: 'project-damaged' });
});

test('the database of an open project is not read as a file, by whatever name: closing it would give up the lock on it', async () => {
  const store = await aProject(everyKind);
  const file = join(store.folder, 'project.sqlite');
  const link = join(store.folder, 'photo.png');
  await symlink(file, link);
  for (const path of [file, link])
    await expect(hashFile(path)).rejects.toMatchObject({ code: 'file-not-readable' });
  expect(asAnother(store.folder)).toBe('database is locked');
  await store.close();
  expect((await hashFile(link)).sha256).toHaveLength(64);
  expect(asAnother(store.folder)).toBe('it may');
});
