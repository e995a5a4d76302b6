import { copyFile, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ProjectStore } from '../../../../electron/backend/project/project-store.ts';
import { toldSnapshot } from '../../../../electron/backend/project/told-snapshot.ts';
import { takeRoutineSnapshot } from '../../../../electron/backend/project/snapshots.ts';
import { copyDatabase, openDatabase } from '../../../../electron/backend/project/database.ts';
import { aProject } from '../../../helpers/a-project.ts';
import { aCategory, aCategoryId, aTargetId, anAnnotationId, everyKind } from '../../../helpers/records.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const category = (count: number) => aCategory({ id: aCategoryId(`c${count}`), name: `thing ${count}` });
const added = (count: number) => ({ added: [category(count)], changed: [], removed: [] });

test.each(['deleted', 'moved', 'replaced by another'])(
  'a change to a project whose folder was %s while it was open is refused',
  async (what) => {
    const store = await aProject(everyKind);
    const away = `${store.folder}-away`;
    if (what === 'deleted') await rm(store.folder, { recursive: true });
    else await rename(store.folder, away);
    if (what === 'replaced by another') {
      await mkdir(store.folder);
      await copyFile(join(away, 'project.sqlite'), join(store.folder, 'project.sqlite'));
    }
    expect(() => store.commit(added(1))).toThrow(
      expect.objectContaining({
        code: 'file-not-writable',
        message: expect.stringContaining('moved, deleted'),
      }),
    );
    if (what !== 'moved') return;
    await rename(away, store.folder);
    expect(store.commit(added(1))).toBe(2);
  },
);

test('a bit that flips inside a record is found, although the text stays well-formed', async () => {
  const store = await aProject(everyKind);
  await store.close();
  const file = join(store.folder, 'project.sqlite');
  const bytes = await readFile(file);
  const at = bytes.lastIndexOf('red cup');
  bytes[at] = 'b'.charCodeAt(0);
  await writeFile(file, bytes);
  await expect(ProjectStore.open(store.folder)).rejects.toMatchObject({
    code: 'project-damaged',
    message: expect.stringContaining('is not as it was written'),
  });
});

test.each([16, 18, 20, 21, 24, 44, 47, 52, 56, 59, 60, 68, 71])(
  'a database whose header is damaged at byte %i opens whole or is called damaged, with its snapshots',
  async (at) => {
    const store = await aProject(everyKind);
    await copyFile(join(store.folder, 'project.sqlite'), join(store.folder, '..', 'copy.sqlite'));
    const copy = (file: string): Promise<void> => copyDatabase(openDatabaseOf(store), file);
    await takeRoutineSnapshot({ folder: store.folder, revision: 1, copy });
    await store.close();
    const file = join(store.folder, 'project.sqlite');
    for (const value of [0, 7, 0x80, 0xff]) {
      const bytes = await readFile(file);
      const damaged = Buffer.from(bytes);
      damaged[at] = value;
      await writeFile(file, damaged);
      const opened = await ProjectStore.open(store.folder).catch((error: unknown) => error);
      if (opened instanceof ProjectStore) {
        expect([...opened.entities.values()]).toEqual(everyKind);
        await opened.close();
      } else if (!(opened instanceof Error && 'code' in opened && opened.code === 'project-newer'))
        expect(opened).toMatchObject({
          code: 'project-damaged',
          details: { snapshots: [expect.anything()] },
        });
      await writeFile(file, bytes);
    }
  },
);

/** A second connection on a copy, since the project's own is alone on its file. */
function openDatabaseOf(store: ProjectStore) {
  return openDatabase(join(store.folder, '..', 'copy.sqlite'));
}

test.each([
  ['deleted', null],
  ['cut off', 100],
  ['without its head', 0],
])('a log that was %s is told: how many saved changes are missing', async (_what, keep) => {
  const store = await aProject(everyKind);
  for (let count = 1; count <= 5; count++) store.commit(added(count));
  await expect
    .poll(async () => readFile(join(store.folder, 'project.sqlite-session'), 'utf8'))
    .toContain('6');
  const copy = await temporaryFolder();
  for (const name of ['project.sqlite', 'project.sqlite-wal', 'project.sqlite-session'])
    await copyFile(join(store.folder, name), join(copy, name));
  const whole = await ProjectStore.open(copy);
  expect([whole.revision, toldSnapshot(whole).notes]).toEqual([6, undefined]);
  await whole.close();
  for (const name of ['project.sqlite', 'project.sqlite-wal', 'project.sqlite-session'])
    await copyFile(join(store.folder, name), join(copy, name));
  const log = join(copy, 'project.sqlite-wal');
  if (keep === null) await rm(log);
  else await writeFile(log, (await readFile(log)).subarray(0, keep));
  const opened = await ProjectStore.open(copy).catch((error: unknown) => error);
  if (opened instanceof ProjectStore) {
    expect(toldSnapshot(opened).notes?.join()).toMatch(/changes that had been saved are missing/u);
    await opened.close();
  } else expect(opened).toMatchObject({ code: 'project-damaged' });
});

test('a snapshot from the future, of a clock that was wrong once, keeps no other from being taken', async () => {
  const store = await aProject(everyKind);
  const snapshots = join(store.folder, 'snapshots');
  await mkdir(snapshots, { recursive: true });
  await writeFile(join(snapshots, '20991231T235959Z-routine-r0.sqlite'), 'x');
  await store.close();
  await (await ProjectStore.open(store.folder)).close();
  expect((await readdir(snapshots)).filter((name) => name.includes('-r1.'))).toHaveLength(1);
});

test.each([
  ['deleted', () => null, /gone or cannot be read/u],
  ['nonsense', () => Buffer.alloc(50_000, 7), /gone or cannot be read/u],
  ['without its head', (log: Buffer) => Buffer.from(log).fill(0, 0, 32), /gone or cannot be read/u],
  ['whole', (log: Buffer) => log, null],
])('a copy of an open project that brings no mark, its log %s', async (_what, changed, note) => {
  const store = await aProject(everyKind);
  for (let count = 1; count <= 5; count++) store.commit(added(count));
  const copy = await temporaryFolder();
  await copyFile(join(store.folder, 'project.sqlite'), join(copy, 'project.sqlite'));
  const log = changed(await readFile(join(store.folder, 'project.sqlite-wal')));
  if (log !== null) await writeFile(join(copy, 'project.sqlite-wal'), log);
  const opened = await ProjectStore.open(copy);
  expect(toldSnapshot(opened).notes?.join() ?? null).toEqual(
    note === null ? null : expect.stringMatching(note),
  );
  // Told once: what stands there now is what there is.
  await opened.close();
  const again = await ProjectStore.open(copy);
  expect([toldSnapshot(again).notes, again.revision]).toEqual([undefined, note === null ? 6 : 0]);
  await again.close();
});

test('neither a closed project nor a snapshot of an open one is taken for one whose log is missing', async () => {
  const store = await aProject(everyKind);
  await store.close();
  const open = await ProjectStore.open(store.folder);
  const whole = async () =>
    (await readdir(join(store.folder, 'snapshots')).catch(() => [])).filter((name) =>
      name.endsWith('.sqlite'),
    );
  await expect.poll(async () => (await whole()).length).toBe(1);
  const [name = ''] = await whole();
  const copies = await Promise.all([temporaryFolder(), temporaryFolder()]);
  await copyFile(join(store.folder, 'snapshots', name), join(copies[0] ?? '', 'project.sqlite'));
  await open.close();
  await copyFile(join(store.folder, 'project.sqlite'), join(copies[1] ?? '', 'project.sqlite'));
  for (const copy of copies) {
    const opened = await ProjectStore.open(copy);
    expect([toldSnapshot(opened).notes, [...opened.entities.values()]]).toEqual([undefined, everyKind]);
    await opened.close();
  }
});

test('values kept of a mask, and what is kept of the project itself, are checked when they are read', async () => {
  const store = await aProject(everyKind);
  const logits = {
    ...{ targetId: aTargetId('target-1'), annotationId: anAnnotationId('annotation-1') },
    ...{ side: 2, placement: { side: 8, resizedWidth: 8, resizedHeight: 6 } },
    halfFloats: Uint16Array.of(0x3c00, 0xbc00, 0, 0x7bff),
  };
  store.commit(added(1), { logits: [logits] });
  expect(store.logitsOfAnnotation(logits.annotationId)).toEqual(logits);
  await store.close();
  const change = async (sql: string): Promise<void> => {
    const database = openDatabase(join(store.folder, 'project.sqlite'));
    database.exec(sql);
    database.close();
  };
  await change("UPDATE logits SET half_floats = x'003c00bc0100ff7b'");
  const opened = await ProjectStore.open(store.folder);
  const damaged = expect.objectContaining({
    code: 'project-damaged',
    message: expect.stringContaining('The mask itself is whole'),
  });
  expect(() => opened.logitsOfAnnotation(logits.annotationId)).toThrow(damaged);
  expect(() => opened.logitsOfTarget(logits.targetId)).toThrow(damaged);
  await opened.close();
  await change("UPDATE meta SET value = '\"Kitchem\"' WHERE key = 'name'");
  await expect(ProjectStore.open(store.folder)).rejects.toMatchObject({ code: 'project-damaged' });
});
