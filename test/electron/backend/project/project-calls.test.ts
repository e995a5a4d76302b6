import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openBegunWork, type Unfinished } from '../../../../electron/backend/app/begun-work.ts';
import { deleteProject } from '../../../../electron/backend/project/delete-project.ts';
import { OpenProjects } from '../../../../electron/backend/project/open-projects.ts';
import { folderNameOf } from '../../../../electron/backend/project/project-folder.ts';
import { emptyDiff } from '../../../../electron/common/document/diff.ts';
import { anApp, type App } from '../../../helpers/an-app.ts';
import { aCategory, aCategoryId } from '../../../helpers/records.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const cup = aCategory({ name: 'cup' });

describe('two windows on one project', () => {
  test('hear of each other’s changes, with what undoes them', async () => {
    const app = await anApp();
    const second = app.openWindow();
    const before = await second.client.call('project.snapshot', {});
    await app.commit({ ...emptyDiff, added: [cup] });
    await app.settle();
    expect(second.changes).toEqual([
      {
        folder: before.project.folder,
        revision: 1,
        diff: { ...emptyDiff, added: [cup] },
        window: 'test',
        label: 'test',
        undo: { ...emptyDiff, removed: [cup] },
      },
    ]);
    expect((await second.client.call('project.snapshot', {})).entities).toEqual([cup]);
  });

  test('a change made on what no longer stands is refused whole, and says where the project is', async () => {
    const app = await anApp();
    const second = app.openWindow();
    await app.commit({ ...emptyDiff, added: [cup] });
    await app.commit({ ...emptyDiff, changed: [[cup, { ...cup, name: 'mug' }]] });
    const late = {
      ...emptyDiff,
      added: [aCategory({ id: aCategoryId('b') })],
      changed: [[cup, { ...cup, name: 'bowl' }]] as [typeof cup, typeof cup][],
    };
    const request = { diff: late, label: 'Rename', window: 'second', baseRevision: 1 };
    await second.client.call('project.snapshot', {});
    await expect(second.client.call('project.commit', request)).rejects.toMatchObject({
      code: 'conflict',
      details: { id: cup.id, baseRevision: 1, revision: 2 },
    });
    expect((await app.records('category')).map(({ name }) => name)).toEqual(['mug']);
  });

  test('changes of different records do not disturb each other', async () => {
    const app = await anApp();
    const plate = aCategory({ id: aCategoryId('b'), name: 'plate' });
    await app.commit({ ...emptyDiff, added: [cup, plate] });
    await app.commit({ ...emptyDiff, changed: [[cup, { ...cup, name: 'mug' }]] });
    await app.commit({ ...emptyDiff, changed: [[plate, { ...plate, name: 'dish' }]] });
    expect((await app.records('category')).map(({ name }) => name)).toEqual(['mug', 'dish']);
  });

  test('each keeps its own project', async () => {
    const app = await anApp();
    const second = app.openWindow();
    const other = await second.client.call('project.create', { name: 'Other', parent: null });
    await app.commit({ ...emptyDiff, added: [cup] });
    expect((await second.client.call('project.snapshot', {})).project.folder).toBe(other.project.folder);
    expect((await second.client.call('project.snapshot', {})).entities).toEqual([]);
    expect(await app.records('category')).toEqual([cup]);
  });

  test('a project is let go when its last window leaves it, and not before its job is done', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const app = await anApp({ model: { beforeAnswer: () => gate } });
    const { project } = await app.client.call('project.snapshot', {});
    const asking = app.ask('?', await app.addImage());
    const second = app.openWindow();
    await second.client.call('project.create', { name: 'Other', parent: null });
    const third = await anApp();
    await expect(third.client.call('project.open', { folder: project.folder })).rejects.toMatchObject({
      code: 'project-locked',
    });
    open();
    await asking;
    app.close();
    await app.settle();
    expect(
      (await third.client.call('project.open', { folder: project.folder })).entities.length,
    ).toBeGreaterThan(2);
  });

  test('a window that reloads finds its project again', async () => {
    const app = await anApp();
    await app.commit({ ...emptyDiff, added: [cup] });
    app.close();
    await app.settle();
    expect((await app.openWindow().client.call('project.snapshot', {})).entities).toEqual([cup]);
  });
});

describe('projects', () => {
  test('are remembered, the latest first, and forgotten when asked', async () => {
    const app = await anApp();
    const { project } = await app.client.call('project.create', { name: 'Second', parent: null });
    await app.restart();
    const list = async () =>
      (await app.client.call('project.recent', {})).map(({ name, exists }) => [name, exists]);
    expect(await list()).toEqual([
      ['Test', true],
      ['Second', true],
    ]);
    await rm(project.folder, { recursive: true });
    expect(await list()).toEqual([
      ['Test', true],
      ['Second', false],
    ]);
    await app.client.call('project.forget', { folder: project.folder });
    expect(await list()).toEqual([['Test', true]]);
  });

  test('keep name and view over a restart', async () => {
    const app = await anApp();
    await app.client.call('project.rename', { name: ' Kitchen 🍳 ' });
    await app.client.call('project.saveView', { view: { zoom: 3 } });
    await app.restart();
    expect(await app.client.call('project.snapshot', {})).toMatchObject({
      project: { name: 'Kitchen 🍳' },
      view: { zoom: 3 },
    });
  });

  test('without one open, calls say so', async () => {
    const app = await anApp();
    app.close();
    const fresh = await anApp();
    await fresh.backend.dispose();
    await expect(fresh.client.call('project.snapshot', {})).rejects.toMatchObject({
      code: 'no-project-open',
    });
  });

  test('a damaged one is restored from its snapshot, and the damaged file stays', async () => {
    const app = await anApp();
    await app.commit({ ...emptyDiff, added: [cup] });
    const { project } = await app.client.call('project.snapshot', {});
    await app.restart(); // opening takes a snapshot
    await app.backend.dispose();
    const file = join(project.folder, 'project.sqlite');
    await writeFile(file, (await readFile(file)).fill(0x33, 100));
    const late = await anApp();
    const refusal = await late.client
      .call('project.open', { folder: project.folder })
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: 'project-damaged',
      message: expect.stringContaining('can be restored') as string,
    });
    const { snapshots } = (refusal as { details: { snapshots: { path: string }[] } }).details;
    const restored = await late.client.call('project.restoreSnapshot', {
      folder: project.folder,
      snapshot: snapshots[0]!.path,
    });
    expect(restored.entities).toEqual([cup]);
    expect((await readdir(project.folder)).some((name) => name.startsWith('damaged-'))).toBe(true);
    await expect(
      late.client.call('project.restoreSnapshot', { folder: project.folder, snapshot: snapshots[0]!.path }),
    ).rejects.toMatchObject({ code: 'project-locked' });
  });

  test.each([
    ['Kitchen', 'Kitchen'],
    ['a/b\\c:d*?"<>|', 'a b c d'],
    ['  ..  ', 'Project'],
    ['CON', 'CON project'],
    ['x'.repeat(200), 'x'.repeat(80)],
    ['日本語 🍳', '日本語 🍳'],
    ['ends with dot.', 'ends with dot'],
  ])('the folder of "%s" is "%s"', (name, folder) => {
    expect(folderNameOf(name)).toBe(folder);
  });

  test('a name that is taken, or a place that cannot be written, is said', async () => {
    const app = await anApp();
    await expect(app.client.call('project.create', { name: 'Test', parent: null })).rejects.toMatchObject({
      code: 'project-exists',
    });
    await writeFile(join(app.folder, 'file'), '');
    await expect(
      app.client.call('project.create', { name: 'X', parent: join(app.folder, 'file') }),
    ).rejects.toMatchObject({ code: 'file-not-writable' });
  });
});

test('a project is renamed and deleted, whatever became of the list of recent ones', async () => {
  const app = await anApp();
  const { project } = await app.client.call('project.snapshot', {});
  const list = join(app.folder, 'data', 'recent-projects.json');
  await rm(list, { force: true });
  await mkdir(list); // can be neither read nor written
  expect(await app.client.call('project.rename', { name: 'Cups' })).toMatchObject({ name: 'Cups' });
  expect(await app.client.call('project.delete', { folder: project.folder })).toEqual({ kept: [] });
  await expect(stat(project.folder)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('folders are listed: projects and folders first, hidden files left out', async () => {
  const app = await anApp();
  const { project } = await app.client.call('project.snapshot', {});
  const place = join(project.folder, '..');
  await mkdir(join(place, 'b folder'));
  for (const name of ['photo.JPG', 'a.json', 'x.txt', '.hidden']) await writeFile(join(place, name), 'abc');
  const listing = await app.client.call('files.list', { folder: place });
  expect(listing.entries.map(({ name, kind, bytes }) => [name, kind, bytes])).toEqual([
    ['b folder', 'folder', 0],
    ['Test', 'project', 0],
    ['a.json', 'json', 3],
    ['photo.JPG', 'image', 3],
    ['x.txt', 'other', 3],
  ]);
  expect(listing.parent).toBe(app.folder);
  await expect(app.client.call('files.list', { folder: join(place, 'nowhere') })).rejects.toMatchObject({
    code: 'file-not-found',
  });
});

describe('settings', () => {
  test('are kept, pushed to every window, and take part changes', async () => {
    const app = await anApp();
    const second = app.openWindow();
    await app.client.call('settings.set', { theme: 'dark' });
    await app.client.call('settings.set', { maskOpacity: 0.2 });
    await app.settle();
    expect(second.pushes.filter(({ name }) => name === 'settings.changed').length).toBe(2);
    await app.restart();
    expect(await app.client.call('settings.get', {})).toMatchObject({
      theme: 'dark',
      maskOpacity: 0.2,
      copyImages: false,
    });
  });

  test('that cannot be understood do not stop the app, and are kept aside', async () => {
    const app = await anApp();
    await app.backend.dispose();
    await writeFile(join(app.host.dataFolder, 'settings.json'), '{"theme": 7');
    await app.restart();
    expect(await app.client.call('settings.get', {})).toMatchObject({ theme: 'system' });
    expect(await readFile(join(app.host.dataFolder, 'settings.json.unreadable'), 'utf8')).toBe('{"theme": 7');
  });
});

test('what only another door can do is refused with a reason', async () => {
  const app = await anApp();
  const refused = { code: 'bad-input' };
  await expect(app.client.call('dialog.open', { title: 'x', want: 'images' })).rejects.toMatchObject(refused);
  await expect(
    app.client.call('dialog.save', { title: 'x', suggestedName: 'x', extension: null }),
  ).rejects.toMatchObject(refused);
  await expect(app.client.call('app.openExternal', { url: 'https://example.org' })).rejects.toMatchObject(
    refused,
  );
  const opened: string[] = [];
  const desktop = await anApp({ host: { openExternal: (url) => Promise.resolve(void opened.push(url)) } });
  await desktop.client.call('app.openExternal', { url: 'https://example.org/a' });
  await expect(desktop.client.call('app.openExternal', { url: 'file:///etc/passwd' })).rejects.toMatchObject(
    refused,
  );
  expect(opened).toEqual(['https://example.org/a']);
});

describe('the list of recent projects', () => {
  test('tells what is in a project now, and after the app was left', async () => {
    const app = await anApp();
    const imageId = await app.addImage();
    await app.addImage({ width: 3, height: 4 });
    await app.ask('Where is it?', imageId);
    const [image] = await app.records('image');
    await app.commit({ added: [], changed: [[image!, { ...image!, state: 'done' }]], removed: [] });
    const counts = { images: 2, targets: 1, toReview: 1, done: 1 };
    expect(await app.client.call('project.recent', {})).toMatchObject([counts]);
    await app.addImage({ width: 2, height: 2 });
    await app.restart();
    await app.client.call('project.create', { name: 'Other', parent: null });
    expect(await app.client.call('project.recent', {})).toMatchObject([
      { images: 0 },
      { ...counts, images: 3 },
    ]);
  });
});

describe('deleting a project', () => {
  const here = async (app: App) => (await app.client.call('project.snapshot', {})).project.folder;

  test('takes what is its own, pictures it copied included, and leaves the rest', async () => {
    const app = await anApp();
    await app.addImage();
    const folder = await here(app);
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await writeFile(join(folder, 'images', 'mine.png'), 'mine');
    expect((await app.client.call('project.delete', { folder })).kept.toSorted()).toEqual([
      'images',
      'notes.txt',
    ]);
    expect(await readdir(join(folder, 'images'))).toEqual(['mine.png']);
    expect(await app.client.call('project.recent', {})).toEqual([]);
    await expect(app.client.call('project.snapshot', {})).rejects.toMatchObject({ code: 'no-project-open' });
  });

  test('takes jobs and half copies along, and a kill half-way is finished at the next start', async () => {
    const app = await anApp();
    await app.addImage();
    const folder = await here(app);
    await app.client.call('chat.askMany', { imageIds: null, questions: ['What?'] });
    await expect.poll(async () => (await app.client.call('jobs.list', {}))[0]?.state).toBe('done');
    await writeFile(join(folder, 'images', 'half.partial'), 'x');
    await writeFile(join(folder, 'copies.begun'), '"half.partial"\n', { flag: 'a' });
    const { begun, cut } = aCutShort();
    await app.client.call('project.create', { name: 'Other', parent: null });
    await expect(deleteProject(folder, begun)).rejects.toThrow('killed');
    expect(await readdir(folder)).toEqual(expect.arrayContaining(['images', 'project.sqlite']));
    expect(cut.map(({ path }) => path.slice(folder.length + 1))).toEqual([
      ...['images/picture-1.png', expect.stringMatching(/^images\/[\w-]{36}\.partial$/u)],
      ...['images/half.partial', 'images', 'snapshots'],
      ...[expect.stringMatching(/^jobs\/[\w-]+\.jsonl$/u), 'jobs'],
      ...['copies.begun', 'project.sqlite.deleted', ''],
    ]);
    expect(new Set(cut.map(({ unless }) => unless))).toEqual(new Set([join(folder, 'project.sqlite')]));
    expect(await app.client.call('project.delete', { folder })).toEqual({ kept: [] });
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('leaves no folder where nothing else lies in it', async () => {
    const app = await anApp();
    await app.addImage();
    const folder = await here(app);
    expect(await app.client.call('project.delete', { folder })).toEqual({ kept: [] });
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('is refused while another window has it open, and for what is no project', async () => {
    const app = await anApp();
    const folder = await here(app);
    const second = app.openWindow();
    await second.client.call('project.open', { folder });
    await expect(app.client.call('project.delete', { folder })).rejects.toMatchObject({
      code: 'project-locked',
    });
    await expect(app.client.call('project.delete', { folder: app.folder })).rejects.toMatchObject({
      code: 'project-not-found',
    });
    expect((await app.client.call('project.snapshot', {})).project.folder).toBe(folder);
  });
});

/** A record of begun work whose process is killed as soon as a deletion was written into it. */
function aCutShort() {
  const cut: Unfinished[] = [];
  const begin = (...work: readonly (string | Unfinished)[]): Promise<() => Promise<void>> => {
    const deletion = work.filter((one) => typeof one !== 'string');
    if (deletion.length === 0) return Promise.resolve(() => Promise.resolve()); // a safety copy on the way
    cut.push(...deletion);
    return Promise.reject(new Error('killed'));
  };
  return { begun: { begin }, cut };
}

test('a project that is just being opened is not closed by something that ends elsewhere', async () => {
  const folder = await temporaryFolder();
  const begun = await openBegunWork(join(folder, 'data'));
  const projects = new OpenProjects(() => undefined, begun);
  onTestFinished(() => projects.dispose());
  await projects.create('first', join(folder, 'first'), 'First');
  const opening = projects.create('second', join(folder, 'second'), 'Second');
  await projects.release('third');
  const { store } = await opening;
  store.rename('Still open');
  expect(store.info.name).toBe('Still open');
});
