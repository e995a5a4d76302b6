import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { anApp, type App } from '../../../helpers/an-app.ts';
import { writePng } from '../../../helpers/pictures-on-disk.ts';

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
  const found = { format: 'coco', images: 1, matchedImages: 1, annotations: 1, categories: ['cup'] };
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
    / The image of the folder is in the project all the same\.$/u,
  );
  expect(await app.records('image')).toMatchObject([{ name: 'a.png' }]);
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
