import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { wholeSnapshot } from '../../../../electron/common/whole-snapshot.ts';
import { anApp, type App } from '../../../helpers/an-app.ts';
import { writeFiles } from '../../../../electron/backend/formats/pictures/picture-export.ts';
import { lenientGuard } from '../../../helpers/a-write-guard.ts';
import { aPng, writePng } from '../../../helpers/pictures-on-disk.ts';

async function exportCoco(app: App, path: string | null) {
  const request = { format: 'coco', imageIds: null, options: {}, path };
  for await (const event of app.client.stream('formats.export', request))
    if (event.type === 'done') return event;
  throw new Error('The export ended without its last word.');
}

async function anAnsweredApp() {
  const app = await anApp();
  await app.ask('Where is the cup?', await app.addImage());
  return app;
}

test('an export goes to its path, and comes back in as one change that can be undone', async () => {
  const app = await anAnsweredApp();
  const path = join(app.folder, 'coco.json');
  expect(await exportCoco(app, path)).toMatchObject({
    download: null,
    images: 1,
    annotations: 1,
    verified: true,
  });
  const [annotation] = await app.records('annotation');
  const source = { kind: 'path' as const, path };
  const found = {
    ...{ format: 'coco', images: 1, matchedImages: 1, ownPictures: 0, annotations: 1 },
    categories: ['cup'],
  };
  for (const format of ['coco', null])
    expect(await app.client.call('formats.inspect', { format, source })).toEqual(found);
  await app.commit(app.changes.find(({ label }) => label.startsWith('Ask'))!.undo!);
  const outcome = [];
  const request = { format: null, source, categoryMap: {} };
  for await (const event of app.client.stream('formats.import', request))
    if (event.type === 'done') outcome.push(event);
  expect(outcome).toMatchObject([{ format: 'coco', annotations: 1 }]);
  expect(await app.records('annotation')).toMatchObject([{ mask: annotation!.mask, source: 'model' }]);
  await app.commit(app.changes.at(-1)!.undo!);
  expect(await app.records('annotation')).toEqual([]);
});

test('a download is fetched once', async () => {
  const app = await anAnsweredApp();
  const { download } = await exportCoco(app, null);
  const token = download!.replace(/^downloads\//u, '');
  const taken = await app.backend.takeDownload(token);
  expect(taken?.name).toMatch(/^Test coco.*\.json$/u);
  expect(JSON.parse(await readFile(taken!.path, 'utf8'))).toMatchObject({
    images: [{ width: 8, height: 6 }],
  });
  expect(await app.backend.takeDownload(token)).toBeNull();
  await taken!.dispose();
  expect(await readdir(join(app.host.dataFolder, 'downloads'))).toEqual([]);
});

test('what is wrong with a request is said, and leaves no file', async () => {
  const app = await anAnsweredApp();
  const request = { format: 'coco', imageIds: null, options: { size: 'huge' }, path: null };
  const run = async (changed: Partial<typeof request>) => {
    for await (const _ of app.client.stream('formats.export', { ...request, ...changed }));
  };
  await expect(run({})).rejects.toMatchObject({ code: 'bad-input' });
  await expect(run({ format: 'none' })).rejects.toMatchObject({ code: 'unknown-format' });
  await expect(run({ path: 'relative.json', options: {} } as never)).rejects.toMatchObject({
    code: 'bad-input',
  });
  expect(await readdir(join(app.host.dataFolder, 'downloads')).catch(() => [])).toEqual([]);
});

test('an option that no import has, or another value of it, is refused before anything is read', async () => {
  const app = await anAnsweredApp();
  const told = async (format: string, options: Record<string, string>): Promise<void> => {
    const source = { kind: 'path' as const, path: join(app.folder, 'nowhere.json') };
    for await (const _ of app.client.stream('formats.import', { format, source, categoryMap: {}, options }));
  };
  await expect(told('coco', { boxes: 'some' })).rejects.toMatchObject({
    code: 'bad-input',
    message: '"some" is no value of boxes. It takes: skip, fill.',
  });
  await expect(told('cvat', { boxes: 'fill' })).rejects.toMatchObject({
    code: 'bad-input',
    message: 'CVAT for images 1.1 has no option "boxes". It has: none.',
  });
});

test('an option that belongs to a choice names one that exists', async () => {
  const app = await anApp();
  for (const { options } of await app.client.call('formats.list', {})) {
    for (const { onlyWhen } of options) {
      if (onlyWhen === undefined) continue;
      const other = options.find(({ name }) => name === onlyWhen.option);
      const { value, not = [] } = onlyWhen;
      const named = [...(value === undefined ? [] : [value]), ...not];
      expect(named.length).toBeGreaterThan(0);
      expect(other?.choices.map((choice) => choice.value)).toEqual(expect.arrayContaining(named));
    }
  }
});

test('a folder of images that is none is said before anything is read, and one without pictures beside the rest', async () => {
  const app = await anAnsweredApp();
  const path = join(app.folder, 'coco.json');
  await exportCoco(app, path);
  await mkdir(join(app.folder, 'empty'));
  const told = async (images: string): Promise<string[]> => {
    const source = { kind: 'path' as const, path };
    const losses: string[] = [];
    for await (const event of app.client.stream('formats.import', {
      format: 'coco',
      source,
      categoryMap: {},
      images,
    }))
      if (event.type === 'done') losses.push(...event.losses.map(({ what }) => what));
    return losses;
  };
  await expect(told(join(app.folder, 'nowhere'))).rejects.toMatchObject({ code: 'file-not-found' });
  await expect(told(path)).rejects.toMatchObject({
    code: 'bad-input',
    message: `${path} is a file, not a folder of images.`,
  });
  expect(await told(join(app.folder, 'empty'))).toContain(
    'The folder of images has no picture that can be read',
  );
});

test('of a file that cannot be read nothing comes in; pictures that came in before it are spoken of', async () => {
  const app = await anApp();
  const images = join(app.folder, 'set');
  await mkdir(images);
  await writePng(join(images, 'a.png'));
  const failing = async (name: string, data: string): Promise<string> => {
    await writeFile(join(app.folder, name), data);
    const source = { kind: 'path' as const, path: join(app.folder, name) };
    const request = { format: null, source, categoryMap: {}, images };
    for await (const event of app.client.stream('formats.import', request))
      if (event.type === 'done') return 'It was read.';
    throw new Error('The import ended without its last word.');
  };
  await expect(failing('via.json', '{"_via_settings": {}}')).rejects.toThrow('via.json is a VIA project');
  expect(await app.records('image')).toEqual([]);
  await expect(failing('cut.json', '{"images": [')).rejects.toThrow(
    / The image that was added is in the project all the same\.$/u,
  );
  expect(await app.records('image')).toMatchObject([{ name: 'a.png' }]);
});

test('pictures of one name in two parts of a set come in, each with its own masks', async () => {
  const app = await anApp();
  const set = join(app.folder, 'set');
  for (const [at, part] of ['train', 'valid'].entries()) {
    await mkdir(join(set, part), { recursive: true });
    await writePng(join(set, part, '1.png'), { width: 10 + at, height: 6 });
    const file = {
      images: [{ id: 1, file_name: '1.png', width: 10 + at, height: 6 }],
      categories: [{ id: 1, name: part }],
      annotations: [{ id: 1, image_id: 1, category_id: 1, segmentation: [[0, 0, 3, 0, 3, 3, 0, 3]] }],
    };
    await writeFile(join(set, part, '_annotations.coco.json'), JSON.stringify(file));
  }
  const source = { kind: 'path' as const, path: set };
  const request = { format: null, source, categoryMap: {}, ownPictures: true };
  for await (const event of app.client.stream('formats.import', request))
    if (event.type === 'done') expect(event).toMatchObject({ added: 2, annotations: 2, images: 2 });
  const images = (await app.records('image')).map(({ split, folders }) => `${split} ${folders}`);
  expect(images.toSorted()).toEqual(['train ', 'val ']);
});

test('a YOLO data set is read by its data.yaml as by its folder', async () => {
  const app = await anApp();
  const set = join(app.folder, 'set');
  await mkdir(join(set, 'images'), { recursive: true });
  await mkdir(join(set, 'labels'));
  await writePng(join(set, 'images', 'a.png'));
  await writeFile(join(set, 'data.yaml'), 'names: [cup]\ntrain: images\n');
  await writeFile(join(set, 'labels', 'a.txt'), '0 0.1 0.1 0.9 0.1 0.9 0.9\n');
  const source = { kind: 'path' as const, path: join(set, 'data.yaml') };
  const request = { format: null, source, categoryMap: {}, images: set };
  for await (const event of app.client.stream('formats.import', request))
    if (event.type === 'done') expect(event).toMatchObject({ format: 'yolo-seg', annotations: 1 });
  expect(await app.records('category')).toMatchObject([{ name: 'cup' }]);
});

/** Everything that is written with its pictures, one app and a project for each. */
describe('a set that brings its pictures', () => {
  async function aLabelledApp() {
    const app = await anApp();
    const ids = [await app.addImage({ width: 8, height: 6 }), await app.addImage({ width: 9, height: 7 })];
    for (const id of ids) await app.ask('Where is the cup?', id);
    const { entities } = await wholeSnapshot(app.client, await app.client.call('project.snapshot', {}));
    const pictures = (await app.records('image')).map(({ name, sha256 }) => `${name} ${sha256}`).toSorted();
    const formats = (await app.client.call('formats.list', {})).filter(({ options }) =>
      options.some(({ name }) => ['split', 'images'].includes(name)),
    );
    expect(formats.length).toBeGreaterThan(13);
    return { app, pictures, formats, masks: entities.filter(({ kind }) => kind === 'annotation').length };
  }

  async function run<Name extends 'formats.export' | 'formats.import'>(
    app: App,
    name: Name,
    request: object,
  ): Promise<Record<string, unknown>> {
    // The contract checks what is sent.
    for await (const event of app.client.stream(name, request as never))
      if (event.type === 'done') return event as Record<string, unknown>;
    throw new Error('It ended without its last word.');
  }

  test.each(['set', 'set.zip'])('comes into an empty project as it left, from %s', async (name) => {
    const { app, pictures, formats, masks } = await aLabelledApp();
    const before = (await app.client.call('project.snapshot', {})).project.folder;
    for (const { id, canImport, options } of formats) {
      await app.client.call('project.open', { folder: before });
      const path = join(app.folder, `${id}-${name}`);
      const wanted = { images: 'copy', split: id === 'yolo-seg' ? 'own' : 'none' };
      const has = (option: string): boolean => options.some((each) => each.name === option);
      const chosen = Object.fromEntries(Object.entries(wanted).filter(([option]) => has(option)));
      const out = { format: id, imageIds: null, options: chosen, path };
      await run(app, 'formats.export', out);
      await app.client.call('project.create', { name: `${id} ${name}`, parent: null });
      const source = { kind: 'path' as const, path };
      const found = await app.client.call('formats.inspect', { format: null, source });
      expect([id, found]).toMatchObject([id, { images: 2, matchedImages: 0, ownPictures: 2 }]);
      const request = { format: null, source, categoryMap: {} };
      expect(await run(app, 'formats.import', request)).toMatchObject({ annotations: 0, added: 0 });
      expect(await app.records('image')).toEqual([]);
      const already = app.changes.length;
      const done = await run(app, 'formats.import', { ...request, ownPictures: true });
      // Pictures and masks are one step to undo.
      expect([id, new Set(app.changes.slice(already).map(({ step }) => step)).size]).toEqual([id, 1]);
      expect([id, done]).toMatchObject([
        id,
        {
          format: canImport ? id : 'coco',
          added: 2,
          annotations: masks,
          losses: expect.any(Array) as object,
        },
      ]);
      const back = (await app.records('image')).map((each) => `${each.name} ${each.sha256}`).toSorted();
      expect([id, back]).toEqual([id, pictures]);
      expect(await run(app, 'formats.import', { ...request, ownPictures: true })).toMatchObject({ added: 0 });
    }
  });

  test.each(['set', 'set.zip'])(
    'one picture under two names is one image, with the masks of both, from %s',
    async (name) => {
      const app = await anApp();
      const data = aPng({ width: 10, height: 10 });
      async function* files() {
        yield { name: 'data.yaml', data: 'names: [cup]\ntrain: images/train\nval: images/val\n' };
        for (const [place, row] of [
          ['train/a', '0 0.1 0.1 0.5 0.1 0.5 0.5'],
          ['val/b', '0 0.5 0.5 0.9 0.5 0.9 0.9'],
        ] as const) {
          yield { name: `images/${place}.png`, data };
          yield { name: `labels/${place}.txt`, data: row };
        }
      }
      const path = join(app.folder, name);
      await writeFiles(path, files(), { guard: lenientGuard, signal: new AbortController().signal });
      const request = { format: null, source: { kind: 'path', path }, categoryMap: {}, ownPictures: true };
      expect(await run(app, 'formats.import', request)).toMatchObject({
        added: 1,
        annotations: 2,
        images: 1,
      });
    },
  );

  test('a file finds those beside it, where its names lead and the door may read', async () => {
    const app = await anApp();
    const folder = join(app.folder, 'set');
    await mkdir(join(folder, 'photos'), { recursive: true });
    for (const [at, name] of ['a.png', 'photos/b.png', 'unnamed.png'].entries())
      await writePng(join(folder, name), { width: 10 + at, height: 6 });
    await writePng(join(app.folder, 'outside.png'), { width: 30, height: 6 });
    const names = ['a.png', 'photos/b.png', '../outside.png', 'gone.png', '/etc/hosts', 'C:\\\\x.png'];
    const images = names.map((name, id) => ({ id, file_name: name, width: 10 + id, height: 6 }));
    const annotations = names.map((_, id) => ({
      ...{ id, image_id: id, category_id: 1, segmentation: [[0, 0, 3, 0, 3, 3, 0, 3]] },
    }));
    const path = join(folder, 'annotations.json');
    await writeFile(path, JSON.stringify({ images, annotations, categories: [{ id: 1, name: 'cup' }] }));
    const source = { kind: 'path' as const, path };
    expect(await app.client.call('formats.inspect', { format: null, source })).toMatchObject({
      ...{ images: 6, matchedImages: 0, ownPictures: 2 },
    });
    const request = { format: null, source, categoryMap: {}, ownPictures: true };
    expect(await run(app, 'formats.import', request)).toMatchObject({ added: 2, annotations: 2 });
    expect((await app.records('image')).map(({ name }) => name).toSorted()).toEqual(['a.png', 'b.png']);
    const walled = await anApp({ host: { door: 'browser', roots: [path] } });
    expect(await walled.client.call('formats.inspect', { format: null, source })).toMatchObject({
      ownPictures: 0,
    });
    expect(await run(walled, 'formats.import', request)).toMatchObject({ added: 0, annotations: 0 });
  });
});
