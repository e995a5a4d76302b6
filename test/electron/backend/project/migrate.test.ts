import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase, readPragma } from '../../../../electron/backend/project/database.ts';
import { toldSnapshot } from '../../../../electron/backend/project/told-snapshot.ts';
import { migrations, type Migration } from '../../../../electron/backend/project/migrations.ts';
import { ProjectStore } from '../../../../electron/backend/project/project-store.ts';
import { listSnapshots, restoreSnapshot } from '../../../../electron/backend/project/snapshots.ts';
import { dumpDatabase } from '../../../helpers/dump-database.ts';
import { aProject, reopened } from '../../../helpers/a-project.ts';
import { emptyDiff } from '../../../../electron/common/document/diff.ts';
import {
  aTargetId,
  aTurn,
  aTurnId,
  anAnnotationId,
  anImage,
  anImageId,
  everyKind,
} from '../../../helpers/records.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const schemas = fileURLToPath(new URL('../../../fixtures/schemas/', import.meta.url));

/** A project as the app of that time wrote it: the dump in test/fixtures/schemas. */
async function aProjectOfSchema(version: number): Promise<string> {
  const folder = join(await temporaryFolder(), 'old');
  await mkdir(folder);
  const database = openDatabase(join(folder, 'project.sqlite'));
  database.exec(await readFile(join(schemas, `${version}.sql`), 'utf8'));
  database.close();
  return folder;
}

async function opened(folder: string, steps: readonly Migration[] = migrations): Promise<ProjectStore> {
  const store = await ProjectStore.open(folder, { migrations: steps });
  onTestFinished(() => store.close());
  return store;
}

/** A step that will be written some day: adds a table. */
const next: Migration = { version: migrations.length + 1, sql: 'CREATE TABLE later (x TEXT) STRICT' };

/** WRITE_SCHEMA_FIXTURE=1 writes the newest schema's fixture, once, before that schema is released. */
test.runIf(process.env['WRITE_SCHEMA_FIXTURE'])('writes the fixture of the newest schema', async () => {
  const store = await aProject(everyKind);
  const logits = {
    targetId: aTargetId('target-1'),
    annotationId: anAnnotationId('annotation-1'),
    side: 2,
    placement: { side: 8, resizedWidth: 8, resizedHeight: 6 },
    halfFloats: Uint16Array.of(0x3c00, 0xbc00, 0, 0x7bff),
  };
  const turn = aTurn({ id: aTurnId('turn-2'), order: 2, outcome: 'stopped', answer: null, rawAnswer: null });
  store.commit({ ...emptyDiff, added: [turn] }, { logits: [logits] });
  store.saveView({ imageId: 'image-1', zoom: 2 });
  store.noteFile(anImageId('image-1'), { bytes: 100, modifiedMs: 1.5 });
  const again = await reopened(store);
  const expected = { ...toldSnapshot(again), project: { ...again.info, folder: '' } };
  await again.close();
  const database = openDatabase(join(store.folder, 'project.sqlite'));
  onTestFinished(() => database.close());
  const name = join(schemas, `${migrations.length}`);
  await writeFile(`${name}.sql`, dumpDatabase(database));
  await writeFile(`${name}.json`, `${JSON.stringify(expected, null, 2)}\n`);
});

test('every released schema has its fixture', async () => {
  const files = (await readdir(schemas)).filter((name) => name.endsWith('.sql')).sort();
  expect(files).toEqual(migrations.map(({ version }) => `${version}.sql`));
});

describe.each(migrations.map(({ version }) => version))('a project of schema %i', (version) => {
  test('opens with everything that was in it', async () => {
    const store = await opened(await aProjectOfSchema(version));
    const wanted: unknown = JSON.parse(await readFile(join(schemas, `${version}.json`), 'utf8'));
    expect({ ...toldSnapshot(store), project: { ...store.info, folder: '' } }).toEqual(wanted);
    expect(store.logitsOfTarget('target-1' as never)?.halfFloats).toEqual(
      Uint16Array.of(0x3c00, 0xbc00, 0, 0x7bff),
    );
  });

  test('is copied before it is changed, and the copy can be put back', async () => {
    const folder = await aProjectOfSchema(version);
    const store = await opened(folder, [...migrations, next]);
    const before = toldSnapshot(store);
    store.commit({ added: [anImage({ name: 'new', id: 'new' as never })], changed: [], removed: [] });
    await store.close();
    const [snapshot] = (await listSnapshots(folder)).filter(({ reason }) => reason === 'upgrade');
    const kept = await restoreSnapshot(folder, snapshot!.path);
    expect(toldSnapshot(await opened(folder))).toEqual(before);
    const replaced = openDatabase(kept);
    onTestFinished(() => replaced.close());
    expect(readPragma(replaced, 'user_version')).toBe(next.version);
  });
});

test('a project of a newer version is refused and left as it is', async () => {
  const store = await aProject([anImage()]);
  await store.close();
  await (await ProjectStore.open(store.folder, { migrations: [...migrations, next] })).close();
  const file = join(store.folder, 'project.sqlite');
  const before = await readFile(file);
  await expect(ProjectStore.open(store.folder)).rejects.toEqual(
    expect.objectContaining({
      code: 'project-newer',
      details: expect.objectContaining({ version: next.version }),
    }),
  );
  expect((await readFile(file)).equals(before)).toBe(true);
});

test('a step that fails changes nothing', async () => {
  const store = await aProject([anImage()]);
  const before = toldSnapshot(store);
  await store.close();
  const broken: Migration = {
    version: next.version,
    sql: 'DROP TABLE logits; SELECT no_such_column FROM image',
  };
  await expect(ProjectStore.open(store.folder, { migrations: [...migrations, broken] })).rejects.toThrow(
    'no_such_column',
  );
  expect(toldSnapshot(await opened(store.folder))).toEqual(before);
});

test('a damaged project names the snapshot that can be restored, and restoring keeps the damaged file', async () => {
  const store = await aProject([anImage()]);
  const before = toldSnapshot(store);
  await store.close();
  await (await ProjectStore.open(store.folder)).close(); // takes a snapshot
  await writeFile(join(store.folder, 'project.sqlite'), 'ruined');
  const error: { details: { snapshots: { path: string }[] } } = await ProjectStore.open(store.folder).then(
    () => expect.unreachable(),
    (thrown) => thrown,
  );
  const kept = await restoreSnapshot(store.folder, error.details.snapshots[0]!.path);
  expect(await readFile(kept, 'utf8')).toBe('ruined');
  expect(toldSnapshot(await opened(store.folder))).toEqual(before);
});

test('only a snapshot of this project can be restored', async () => {
  const store = await aProject();
  await store.close();
  await expect(restoreSnapshot(store.folder, '/etc/passwd')).rejects.toEqual(
    expect.objectContaining({ code: 'file-not-found' }),
  );
});
