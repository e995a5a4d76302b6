import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AppContract } from '../../../../electron/common/contract.ts';
import type { ItemOf } from '../../../../electron/common/messages.ts';
import { aModelFolder } from '../../../helpers/a-model-folder.ts';
import { anApp } from '../../../helpers/an-app.ts';
import { aScriptedProcess, scriptedRoom } from '../../../helpers/scripted-model.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

async function readAll<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events) all.push(event);
  return all;
}

test('the list: bundled, then converted ones, each with its card and what is wrong with it', async () => {
  const app = await anApp({ card: { name: 'Tiny', summary: 'Knows cups.', vocabulary: ['cup'] } });
  const own = join(app.host.dataFolder, 'models');
  await aModelFolder(join(own, 'good'));
  await aModelFolder(join(own, 'short'));
  await writeFile(join(own, 'short', 'decoder.data'), 'x');
  await mkdir(join(own, 'broken'));
  await writeFile(join(own, 'broken', 'manifest.json'), '{"format":"other"}');
  await mkdir(join(own, 'no-model'));
  const models = await app.client.call('models.list', {});
  expect(
    models.map(({ name, bundled, precision, bytes, problem }) => [name, bundled, precision, bytes, problem]),
  ).toEqual([
    ['Tiny', true, 'fp32', 7, null],
    ['broken', false, '', 0, expect.stringContaining('manifest.json')],
    ['tiny', false, 'fp32', 7, null],
    ['tiny', false, 'fp32', 7, 'decoder.data has 1 bytes instead of 7.'],
  ]);
  expect(models[0]?.card).toEqual({
    name: 'Tiny',
    summary: 'Knows cups.',
    text: '# A tiny model\n',
    vocabulary: ['cup'],
  });
});

test('a card without a README shows its limits and figures', async () => {
  const app = await anApp({
    card: { summary: 'Knows cups.', limits: ['No dogs.'], measured: [{ kind: 'ref', gIoU: 0.75 }] },
  });
  await rm(join(app.host.resourcesFolder, 'native-models', 'bundled', 'tiny', 'README.md'));
  const [model] = await app.client.call('models.list', {});
  expect(model?.card?.text.split('\n').filter((line) => line !== '')).toEqual([
    ...['Knows cups.', '## What it cannot do', '- No dogs.'],
    ...['## Measured', '| kind | gIoU |', '| --- | --- |', '| ref | 0.75 |'],
  ]);
});

test('a question loads the bundled model by itself, once for all who ask', async () => {
  const app = await anApp();
  const image = await app.addImage();
  expect(await app.client.call('models.status', {})).toMatchObject({ state: 'none' });
  await Promise.all([app.ask('a', image), app.ask('b', image)]);
  expect(app.processes[0]?.messages.map(({ type }) => type)).toEqual(['load', 'ask', 'picture', 'ask']);
  await app.settle();
  expect(await app.client.call('models.status', {})).toMatchObject({
    state: 'ready',
    queue: 0,
    device: { provider: 'cpu' },
  });
  expect(await app.client.call('models.unload', {})).toMatchObject({ state: 'none' });
});

test('a door with a window has its model loaded before anyone asks', async () => {
  const app = await anApp({ host: { loadsModelAtStart: true } });
  while ((await app.client.call('models.status', {})).state !== 'ready') await app.settle();
  expect(app.pushes.some(({ name }) => name === 'models.statusChanged')).toBe(true);
});

test('another device in the settings loads the model anew on it', async () => {
  const app = await anApp();
  await app.client.call('models.load', { folder: null });
  await app.client.call('settings.set', { provider: 'cpu', threads: 3 });
  while ((await app.client.call('models.status', {})).device?.threads !== 3) await app.settle();
  expect(await app.client.call('models.status', {})).toMatchObject({ device: { requested: 'cpu' } });
});

test('a model that lies elsewhere is listed from its first use until it is deleted, under the one name it has everywhere', async () => {
  const app = await anApp({ card: { name: 'Tiny scenes' } });
  const elsewhere = await aModelFolder(join(app.folder, 'elsewhere'), { name: 'Far away' });
  const namesOf = async () => (await app.client.call('models.list', {})).map(({ name }) => name);
  expect(await namesOf()).toEqual(['Tiny scenes']);
  const image = await app.addImage();
  await app.ask('a', image);
  expect(await app.client.call('models.status', {})).toMatchObject({ name: 'Tiny scenes' });
  expect(await app.client.call('models.load', { folder: elsewhere })).toMatchObject({ name: 'Far away' });
  expect(await namesOf()).toEqual(['Tiny scenes', 'Far away']);
  await app.ask('b', image);
  expect((await app.records('turn')).map(({ model }) => model?.name)).toEqual(['Tiny scenes', 'Far away']);
  await app.client.call('models.load', { folder: null });
  expect(await namesOf()).toEqual(['Tiny scenes', 'Far away']);
  await rm(elsewhere, { recursive: true });
  expect(await namesOf()).toEqual(['Tiny scenes']);
});

test('a model without a card is called as its manifest says', async () => {
  const app = await anApp();
  expect(await app.client.call('models.load', { folder: null })).toMatchObject({ name: 'tiny' });
});

test('the settings name no model outside the folders of this door: the list would read it aloud', async () => {
  const roots = await temporaryFolder();
  const app = await anApp({ host: { roots: [roots] } });
  const outside = await aModelFolder(join(app.folder, 'outside'), { name: 'Secret' });
  const inside = await aModelFolder(join(roots, 'inside'), { name: 'Open' });
  const refused = app.client.call('settings.set', { modelFolder: outside });
  await expect(refused).rejects.toMatchObject({ code: 'forbidden-path' });
  expect(await app.client.call('settings.get', {})).toMatchObject({ modelFolder: null });
  expect(await app.client.call('settings.set', { modelFolder: inside })).toMatchObject({
    modelFolder: inside,
  });
  expect((await app.client.call('models.list', {})).map(({ name }) => name)).toEqual(['tiny', 'Open']);
});

test('a folder that is no model, and a missing bundled one, are said', async () => {
  const app = await anApp();
  await expect(app.client.call('models.load', { folder: app.folder })).rejects.toMatchObject({
    code: 'model-damaged',
  });
  await rm(join(app.host.resourcesFolder, 'native-models'), { recursive: true });
  await expect(app.client.call('models.load', { folder: null })).rejects.toMatchObject({ code: 'no-model' });
  const image = await app.addImage();
  expect((await app.ask('?', image)).at(-1)).toMatchObject({ outcome: 'failed' });
  expect((await app.records('turn'))[0]).toMatchObject({ error: { code: 'no-model' } });
});

test('conversion and verification run in processes of their own, with progress, and end with them', async () => {
  const app = await anApp();
  const out = await aModelFolder(join(app.folder, 'out'));
  const request = { checkpoint: app.folder, vision: app.folder, out, precision: 'int4' as const };
  const events = await readAll<ItemOf<AppContract['models.convert']>>(
    app.client.stream('models.convert', request),
  );
  expect(events.map((event) => (event.type === 'progress' ? event.done : event.model.folder))).toEqual([
    0,
    1,
    2,
    out,
  ]);
  // Wherever it was written, it is in the list.
  expect((await app.client.call('models.list', {})).map(({ folder }) => folder)).toContain(out);
  const verified = await readAll(app.client.stream('models.verify', { folder: out }));
  expect(verified).toEqual([{ type: 'done', ok: false, problems: ['decoder.data differs'] }]);
  expect(app.processes.length).toBe(2);
  const stop = new AbortController();
  const cancelled = readAll(
    (async function* () {
      for await (const event of app.client.stream('models.convert', request, { signal: stop.signal })) {
        stop.abort();
        yield event;
      }
    })(),
  );
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
});

test('a conversion whose process is killed leaves nothing half-written behind', async () => {
  const room = scriptedRoom({ answer: () => '' });
  const half = async (out: string): Promise<never> => {
    await mkdir(`${out}.partial-4711`);
    process.crash({ code: null, signal: 'SIGKILL' });
    return new Promise(() => undefined); // it is gone, and answers no more
  };
  const process = { ...aScriptedProcess({ ...room, convertCheckpoint: ({ out }) => half(out) }), pid: 4711 };
  const app = await anApp({ host: { startInferenceProcess: () => process } });
  const out = join(app.folder, 'out');
  const request = { checkpoint: app.folder, vision: app.folder, out, precision: 'int8' as const };
  await expect(readAll(app.client.stream('models.convert', request))).rejects.toMatchObject({
    code: 'inference-crashed',
  });
  expect(await readdir(app.folder)).not.toContain('out.partial-4711');
});
