import {
  appendFile,
  copyFile,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { thumbnailUrl, tileUrl } from '../../../../electron/common/asset-urls.ts';
import type { AppContract } from '../../../../electron/common/contract.ts';
import type { ImageId } from '../../../../electron/common/document/records.ts';
import type { InputOf, ItemOf } from '../../../../electron/common/messages.ts';
import { anApp, type App } from '../../../helpers/an-app.ts';
import { aPng, aRgbPicture, rgbAt, writePng } from '../../../helpers/pictures-on-disk.ts';
import { anAnnotation, anImageId } from '../../../helpers/records.ts';
import { canLoseRights, withoutRights } from '../../../helpers/without-rights.ts';

type Sources = InputOf<AppContract['images.import']>['sources'];
type ImportEvent = ItemOf<AppContract['images.import']>;

async function importAll(app: App, sources: Sources, copy: boolean | null = null): Promise<ImportEvent[]> {
  const events: ImportEvent[] = [];
  for await (const event of app.client.stream('images.import', { sources, copy })) events.push(event);
  return events;
}
const path = (place: string) => ({ kind: 'path' as const, path: place });
const doneOf = (events: ImportEvent[]) => events.find((event) => event.type === 'done')!;
const failuresOf = (events: ImportEvent[]) =>
  events.flatMap((event) => (event.type === 'failed' ? [[event.name, event.error.code]] : []));
const get = (app: App, url: string) => app.backend.respondToAsset(url, new AbortController().signal);

describe('pictures come in', () => {
  test('a folder, in the order a person expects, without what is hidden or no picture', async () => {
    const app = await anApp();
    const folder = join(app.folder, 'photos');
    await mkdir(join(folder, 'more'), { recursive: true });
    for (const [at, name] of ['b10.png', 'b2.png', 'more/a.PNG', '.hidden.png'].entries())
      await writePng(join(folder, name), { width: 8 + at, height: 6 });
    await writeFile(join(folder, 'notes.txt'), 'no picture');
    const done = doneOf(await importAll(app, [path(folder)]));
    const images = await app.records('image');
    expect(images.map(({ name, order, source, width }) => [name, order, source.kind, width])).toEqual([
      ['b2.png', 1, 'linked', 9],
      ['b10.png', 2, 'linked', 8],
      ['a.PNG', 3, 'linked', 10],
    ]);
    expect(done).toMatchObject({ imageIds: images.map(({ id }) => id), alreadyThere: [] });
    expect(app.changes.map(({ label }) => label)).toEqual(['Add 3 images']);
    await app.commit(app.changes[0]!.undo!);
    expect(await app.records('image')).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual(['.hidden.png', 'b10.png', 'b2.png', 'more', 'notes.txt']);
  });

  test('copied in when asked, under a free name, and the original may go', async () => {
    const app = await anApp();
    const first = await writePng(join(app.folder, 'cup.png'));
    await mkdir(join(app.folder, 'other'));
    const second = await writePng(join(app.folder, 'other', 'cup.png'), { width: 9, height: 9 });
    await importAll(app, [path(first), path(second)], true);
    const images = await app.records('image');
    expect(images.map(({ source }) => source)).toEqual([
      { kind: 'copied', file: 'cup.png' },
      { kind: 'copied', file: 'cup-2.png' },
    ]);
    await rm(first);
    expect(await app.client.call('images.check', {})).toMatchObject([
      { state: 'present' },
      { state: 'present' },
    ]);
  });

  test('the same picture is in a project once', async () => {
    const app = await anApp();
    const file = await writePng(join(app.folder, 'cup.png'));
    const twin = join(app.folder, 'twin.png');
    await copyFile(file, twin);
    const done = doneOf(await importAll(app, [path(file), path(twin)]));
    expect([done.imageIds.length, done.alreadyThere]).toEqual([1, done.imageIds]);
  });

  test('what is bad is named, the rest comes in', async () => {
    const app = await anApp();
    const good = await writePng(join(app.folder, 'good.png'));
    await writeFile(join(app.folder, 'text.png'), 'hello');
    await writeFile(join(app.folder, 'cut.png'), aPng({ width: 64, height: 64 }).subarray(0, 900));
    const events = await importAll(app, [
      path(join(app.folder, 'text.png')),
      path(join(app.folder, 'gone.png')),
      path(good),
      path(join(app.folder, 'cut.png')),
      { kind: 'bytes', name: '../../up.png', data: aPng({ width: 9, height: 9 }) },
      { kind: 'bytes', name: 'empty.png', data: new Uint8Array() },
    ]);
    expect(failuresOf(events)).toEqual([
      ['gone.png', 'file-not-found'],
      ['text.png', 'not-an-image'],
      ['cut.png', 'image-damaged'],
      ['empty.png', 'not-an-image'],
    ]);
    expect((await app.records('image')).map(({ name }) => name)).toEqual(['good.png', 'up.png']);
    const { project } = await app.client.call('project.snapshot', {});
    expect(await readdir(join(project.folder, 'images'))).toEqual(['up.png']);
  });

  test('cancelled, it keeps what was in and leaves nothing half-written', async () => {
    const app = await anApp();
    const folder = join(app.folder, 'many');
    await mkdir(folder);
    for (let at = 0; at < 40; at++)
      await writePng(join(folder, `${at}.png`), { width: 8, height: 6 }, at + 1);
    const stop = new AbortController();
    const events = app.client.stream(
      'images.import',
      { sources: [path(folder)], copy: true },
      { signal: stop.signal },
    );
    const reading = (async () => {
      for await (const event of events) if (event.type === 'progress' && event.done === 20) stop.abort();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
    await app.settle();
    const images = await app.records('image');
    expect(images.length).toBeGreaterThanOrEqual(16);
    expect(images.length).toBeLessThan(40);
    const { project } = await app.client.call('project.snapshot', {});
    expect(
      (await readdir(join(project.folder, 'images'))).filter((name) => name.includes('partial')),
    ).toEqual([]);
  });
});

test('what a killed import left half-written goes when the project is opened', async () => {
  const app = await anApp();
  await app.addImage();
  const { project } = await app.client.call('project.snapshot', {});
  await writeFile(join(project.folder, 'images', 'x.partial'), 'half');
  await writeFile(join(project.folder, 'images', 'mine.partial'), 'a picture of the person');
  // As the import wrote it, the last line cut off by the kill.
  await appendFile(join(project.folder, 'copies.begun'), '"x.partial"\n"../project.sqlite"\n"mine.par');
  await app.restart();
  expect((await readdir(join(project.folder, 'images'))).sort()).toEqual(['mine.partial', 'picture-1.png']);
});

describe('a file that is not what it was', () => {
  async function aLinkedImage() {
    const app = await anApp();
    const file = await writePng(join(app.folder, 'cup.png'));
    const [imageId] = doneOf(await importAll(app, [path(file)])).imageIds as [ImageId];
    return { app, file, imageId };
  }
  const stateOf = async (app: App) => (await app.client.call('images.check', {}))[0]?.state;

  test('missing, moved, found again', async () => {
    const { app, file, imageId } = await aLinkedImage();
    await rename(file, join(app.folder, 'moved.png'));
    expect(await stateOf(app)).toBe('missing');
    const some = [imageId, anImageId('removed meanwhile')];
    expect(await app.client.call('images.check', { imageIds: some })).toMatchObject([{ state: 'missing' }]);
    await expect(app.client.call('images.pixels', { imageId, box: [0, 0, 1, 1] })).resolves.toMatchObject({
      width: 1,
    });
    const found = await app.client.call('images.relink', { imageId, path: join(app.folder, 'moved.png') });
    expect(found.isSamePicture).toBe(true);
    expect(await stateOf(app)).toBe('present');
    expect((await app.records('image'))[0]?.source).toEqual({
      kind: 'linked',
      path: join(app.folder, 'moved.png'),
    });
  });

  test('touched but the same is present; changed is found out even at the same size', async () => {
    const { app, file } = await aLinkedImage();
    await utimes(file, new Date(), new Date(2020, 1, 1));
    expect(await stateOf(app)).toBe('present');
    const bytes = await readFile(file);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(file, bytes);
    expect(await stateOf(app)).toBe('changed');
  });

  test('changed on disk, a question about it is refused; accepted on purpose, it is answered', async () => {
    const { app, file, imageId } = await aLinkedImage();
    await app.restart();
    await writePng(file, { width: 8, height: 6 }, 77);
    expect((await app.ask('What?', imageId)).at(-1)).toMatchObject({ outcome: 'failed' });
    expect((await app.records('turn'))[0]?.error?.code).toBe('image-changed');
    const accepted = await app.client.call('images.relink', { imageId, path: file });
    expect(accepted.isSamePicture).toBe(false);
    expect(await stateOf(app)).toBe('present');
    expect((await app.ask('What?', imageId)).at(-1)).toMatchObject({ outcome: 'answered' });
  });

  test('taken back, the file that was accepted is told to be another again', async () => {
    const { app, file, imageId } = await aLinkedImage();
    await writePng(file, { width: 8, height: 6 }, 77);
    await app.client.call('images.relink', { imageId, path: file });
    const { undo } = app.changes.at(-1) ?? {};
    await app.commit(undo!);
    expect(await stateOf(app)).toBe('changed');
  });

  test('another size is refused while masks are drawn on it', async () => {
    const { app, imageId } = await aLinkedImage();
    const other = await writePng(join(app.folder, 'large.png'), { width: 20, height: 20 });
    const mask = anAnnotation({ imageId, mask: { size: [6, 8], counts: '`1' }, bbox: [0, 0, 0, 0], area: 0 });
    await app.commit({ added: [mask], changed: [], removed: [] });
    await expect(app.client.call('images.relink', { imageId, path: other })).rejects.toMatchObject({
      code: 'mask-size-mismatch',
    });
    await app.commit({ added: [], changed: [], removed: [mask] });
    await app.client.call('images.relink', { imageId, path: other });
    expect((await app.records('image'))[0]).toMatchObject({ width: 20, height: 20 });
  });
});

describe('pictures go out', () => {
  const size = { width: 1100, height: 700 };

  test('tiles of each level hold the pixels of their place', async () => {
    const app = await anApp();
    const imageId = await app.addImage(size);
    const [image] = await app.records('image');
    const tile = (level: number, column: number, row: number) =>
      get(app, tileUrl({ imageId, version: image!.sha256, level, column, row }));
    const corner = await tile(0, 2, 1);
    expect(corner).toMatchObject({ status: 200, headers: { 'content-type': 'image/png' } });
    const { data, info } = await sharp(corner.body!)
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([1100 - 1024, 700 - 512]);
    expect([...data.subarray(0, 3)]).toEqual([...rgbAt(1024, 512)]);
    const whole = await sharp((await tile(2, 0, 0)).body!).metadata();
    expect([whole.width, whole.height]).toEqual([275, 175]);
    for (const [level, column, row] of [
      [0, 3, 0],
      [0, 0, 2],
      [3, 0, 0],
    ] as const) {
      expect((await tile(level, column, row)).status).toBe(404);
    }
  });

  test('from the disk after a restart, even when the file is gone', async () => {
    const app = await anApp();
    const file = await writePng(join(app.folder, 'cup.png'), size);
    await importAll(app, [path(file)]);
    const [image] = await app.records('image');
    const url = tileUrl({ imageId: image!.id, version: image!.sha256, level: 0, column: 0, row: 0 });
    const before = await get(app, url);
    await app.restart();
    await rm(file);
    expect((await get(app, url)).body).toEqual(before.body);
    const other = await get(app, url.replace('0-0', '1-0'));
    expect([other.status, JSON.parse(new TextDecoder().decode(other.body!)).code]).toEqual([
      404,
      'image-missing',
    ]);
  });

  test.skipIf(!canLoseRights)('a picture that may not be read is not said to be gone', async () => {
    const app = await anApp();
    const file = await writePng(join(app.folder, 'cup.png'), size);
    await importAll(app, [path(file)]);
    const [image] = await app.records('image');
    const url = tileUrl({ imageId: image!.id, version: image!.sha256, level: 0, column: 0, row: 0 });
    const refused = {
      code: 'file-not-readable',
      message: `${file} cannot be read: you have no right to it (EACCES).`,
    };
    // The file as it is known, and another that was not looked at yet.
    for (const modified of [new Date(1_000_000), new Date(2_000_000)]) {
      await app.restart(); // what was just decoded is still at hand
      const { body } = await withoutRights(file, () => get(app, url));
      expect(JSON.parse(new TextDecoder().decode(body!))).toMatchObject(refused);
      await utimes(file, modified, modified);
    }
    expect((await get(app, url)).status).toBe(200);
  });

  test('a thumbnail of at most 256 pixels, the samples, and nothing else', async () => {
    const app = await anApp();
    const imageId = await app.addImage(size);
    const [image] = await app.records('image');
    const thumbnail = await sharp(
      (await get(app, thumbnailUrl({ imageId, version: image!.sha256 }))).body!,
    ).metadata();
    expect([thumbnail.format, thumbnail.width, thumbnail.height]).toEqual(['jpeg', 256, 163]);
    expect((await get(app, 'assets/sample/cups.png')).status).toBe(200);
    for (const url of [
      thumbnailUrl({ imageId, version: 'b'.repeat(64) }),
      'assets/sample/samples.json',
      'assets/sample/..%2F..%2Fdata%2Fsettings.json',
      'assets/tile/x/0/0-0?v=1',
      'assets/../../etc/passwd',
      'settings.json',
      '',
      'assets/thumbnail/%E0%A4%A',
    ]) {
      const { status } = await get(app, url);
      expect([url, status >= 400 && status < 500]).toEqual([url, true]); // none of them is a fault of the app
    }
  });

  test('pixels of any rectangle, cut at the border', async () => {
    const app = await anApp();
    const imageId = await app.addImage({ width: 20, height: 10 });
    const region = await app.client.call('images.pixels', { imageId, box: [15, 8, 100, 100] });
    expect([region.width, region.height]).toEqual([5, 2]);
    const wanted = aRgbPicture({ width: 20, height: 10 });
    expect([...region.rgb.subarray(0, 15)]).toEqual([
      ...wanted.subarray((8 * 20 + 15) * 3, (8 * 20 + 20) * 3),
    ]);
    expect((await app.client.call('images.pixels', { imageId, box: [20, 10, 5, 5] })).rgb.length).toBe(0);
  });
});

describe('a door with roots', () => {
  test('takes nothing from outside them, however the path is written', async () => {
    const app = await anApp({ host: { roots: [] } });
    const outside = await writePng(join(app.folder, 'secret.png'));
    const { project } = await app.client.call('project.snapshot', {});
    await symlink(app.folder, join(project.folder, 'way-out'));
    for (const place of [
      outside,
      join(project.folder, '..', '..', 'secret.png'),
      join(project.folder, 'way-out', 'secret.png'),
    ]) {
      await expect(importAll(app, [path(place)])).rejects.toMatchObject({ code: 'forbidden-path' });
    }
    await expect(importAll(app, [path('secret.png')])).rejects.toMatchObject({ code: 'bad-input' });
    await expect(app.client.call('files.list', { folder: app.folder })).rejects.toMatchObject({
      code: 'forbidden-path',
    });
    await expect(app.client.call('project.open', { folder: app.folder })).rejects.toMatchObject({
      code: 'forbidden-path',
    });
  });
});

test('a picture that is linked outside the roots is said to be that, and by which roots, not that it is gone', async () => {
  const app = await anApp();
  const outside = await writePng(join(app.folder, 'outside.png'));
  await importAll(app, [path(outside)]);
  const [image] = await app.records('image');
  const { project } = await app.client.call('project.snapshot', {});
  await app.backend.dispose();
  const root = join(app.folder, 'served');
  await mkdir(root);
  const served = await anApp({ host: { door: 'browser', roots: [root, project.folder] } });
  await served.client.call('project.open', { folder: project.folder });
  const imageIds = [image!.id];
  expect(await served.client.call('images.check', { imageIds })).toMatchObject([{ state: 'outside' }]);
  await expect(
    served.client.call('images.pixels', { imageId: image!.id, box: [0, 0, 1, 1] }),
  ).rejects.toMatchObject({
    code: 'image-missing',
    message: `outside.png is linked at ${outside}, outside the folders this server may read: ${root}, ${project.folder}. Start it with --root for that folder, or find the file in one of these.`,
  });
  // Whether there is anything is not told.
  await rm(outside);
  expect(await served.client.call('images.check', { imageIds })).toMatchObject([{ state: 'outside' }]);
});

test('opening a sample is no step to undo; all that one import adds is one step', async () => {
  const app = await anApp();
  await app.client.call('images.addSample', { file: 'cups.png' });
  expect(app.changes.map(({ undo, step }) => [undo, step])).toEqual([[null, undefined]]);
  const sources = Array.from({ length: 18 }, (_, index) => ({
    kind: 'bytes' as const,
    name: `picture ${index}.png`,
    data: aPng({ width: 3, height: 3 }, index),
  }));
  for await (const event of app.client.stream('images.import', { sources, step: 'drop' })) void event;
  for await (const event of app.client.stream('images.import', {
    sources: [{ kind: 'bytes', name: 'last.png', data: aPng({ width: 5, height: 3 }, 99) }],
  })) {
    void event;
  }
  const [, first, second, last] = app.changes;
  expect([first?.step, second?.step]).toEqual(['drop', 'drop']);
  expect(last?.step).toMatch(/^[0-9a-f-]{36}$/u);
});
