import { link, mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type App, anApp } from '../../../helpers/an-app.ts';
import { aPng } from '../../../helpers/pictures-on-disk.ts';
import { anAnnotation } from '../../../helpers/records.ts';

/** An app whose project links one picture that has a mask. */
async function anAppWithLinkedPicture(): Promise<{ app: App; photos: string; project: string }> {
  const app = await anApp();
  const photos = join(app.folder, 'photos');
  await mkdir(photos);
  await writeFile(join(photos, 'cup.png'), aPng({ width: 8, height: 6 }));
  const [imageId] = await importFrom(app, [join(photos, 'cup.png')], false);
  if (!imageId) throw new Error('The picture was not imported.');
  // All 48 pixels: a background run of none, then one of all.
  const mask = { size: [6, 8] as const, counts: '0`1' };
  const whole = anAnnotation({ imageId, categoryId: null, mask, bbox: [0, 0, 8, 6], area: 48 });
  await app.commit({ added: [whole], changed: [], removed: [] });
  const { project } = await app.client.call('project.snapshot', {});
  return { app, photos, project: project.folder };
}

async function importFrom(app: App, paths: readonly string[], copy: boolean) {
  const sources = paths.map((path) => ({ kind: 'path' as const, path }));
  for await (const event of app.client.stream('images.import', { sources, copy }))
    if (event.type === 'done') return event.imageIds;
  throw new Error('The import ended without saying so.');
}

async function exportTo(app: App, path: string, format = 'coco', replace = false): Promise<string[]> {
  const request = { format, imageIds: null, options: {}, path, replace };
  for await (const event of app.client.stream('formats.export', request))
    if (event.type === 'done') return event.files;
  throw new Error('The export ended without saying so.');
}

test('a picture that the project links is never written over, by its name, a link, or another name of the same file', async () => {
  const { app, photos } = await anAppWithLinkedPicture();
  const original = await readFile(join(photos, 'cup.png'));
  await symlink(join(photos, 'cup.png'), join(photos, 'link.png'));
  await link(join(photos, 'cup.png'), join(photos, 'second-name.png'));
  for (const path of [
    join(photos, 'cup.png'),
    join(photos, 'link.png'),
    join(photos, 'second-name.png'),
    photos,
  ])
    for (const replace of [false, true])
      await expect(exportTo(app, path, 'overlay', replace)).rejects.toMatchObject({ code: 'protected-file' });
  expect((await readFile(join(photos, 'cup.png'))).equals(original)).toBe(true);
  expect((await readdir(photos)).sort()).toEqual(['cup.png', 'link.png', 'second-name.png']);
});

test('nothing of a project is written over, even where the person says replace', async () => {
  const { app, photos, project } = await anAppWithLinkedPicture();
  await importFrom(app, [await otherPicture(photos)], true);
  const before = await readFile(join(project, 'project.sqlite'));
  const taken = [
    'project.sqlite',
    'project.sqlite-wal',
    'images/other.png',
    'images/new.png',
    'snapshots/x.json',
  ];
  for (const name of taken) {
    const format = name.endsWith('.png') ? 'overlay' : 'coco';
    await expect(exportTo(app, join(project, name), format, true)).rejects.toMatchObject({
      code: expect.stringMatching(/protected-file|file-not-found/u),
    });
  }
  await expect(exportTo(app, join(project, 'images'), 'overlay', true)).rejects.toMatchObject({
    code: 'protected-file',
  });
  expect((await readFile(join(project, 'project.sqlite'))).equals(before)).toBe(true);
  // A new file beside them is nobody's.
  expect(await exportTo(app, join(project, 'coco.json'))).toEqual([join(project, 'coco.json')]);
});

async function otherPicture(photos: string): Promise<string> {
  await writeFile(join(photos, 'other.png'), aPng({ width: 9, height: 6 }));
  return join(photos, 'other.png');
}

test('a file of somebody else is replaced only by a word that names it; what the app wrote itself, unasked until it is changed', async () => {
  const { app } = await anAppWithLinkedPicture();
  const path = join(app.folder, 'notes.json');
  await writeFile(path, '{"my": "notes"}');
  await expect(exportTo(app, path)).rejects.toMatchObject({ code: 'file-exists', details: { path } });
  expect(await readFile(path, 'utf8')).toBe('{"my": "notes"}');
  await exportTo(app, path, 'coco', true);
  await exportTo(app, path);
  await app.restart();
  await exportTo(app, path);
  await writeFile(path, 'corrected by hand');
  await expect(exportTo(app, path)).rejects.toMatchObject({ code: 'file-exists' });
  await rm(path);
  await exportTo(app, path);
});

test('pictures written into a folder that is there replace none of another', async () => {
  const { app, photos } = await anAppWithLinkedPicture();
  const folder = join(app.folder, 'shared');
  await mkdir(folder);
  await exportTo(app, folder, 'overlay');
  const [written = ''] = await readdir(folder);
  await exportTo(app, folder, 'overlay');
  await writeFile(join(folder, written), 'mine now');
  await expect(exportTo(app, folder, 'overlay')).rejects.toMatchObject({ code: 'file-exists' });
  expect([await readFile(join(folder, written), 'utf8'), await readdir(folder)]).toEqual([
    'mine now',
    [written],
  ]);
  expect((await readdir(photos)).length).toBe(1);
});
