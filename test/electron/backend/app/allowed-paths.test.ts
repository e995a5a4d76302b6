import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allowedPath } from '../../../../electron/backend/app/allowed-paths.ts';
import { createGrants } from '../../../../electron/backend/app/grants.ts';
import { boxRuns } from '../../../../electron/common/mask-region.ts';
import { rleOf } from '../../../../electron/common/rle.ts';
import { areaOf, boxOf } from '../../../../electron/common/runs.ts';
import { manifestSchema } from '../../../../native-models/pixellm/manifest.ts';
import { type App, anApp } from '../../../helpers/an-app.ts';
import { aPng } from '../../../helpers/pictures-on-disk.ts';
import { anAnnotation, anAnnotationId, anImage, anImageId } from '../../../helpers/records.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

/** A browser door on one folder, and a picture outside of it. */
async function aWalledApp(): Promise<{ app: App; root: string; outside: string }> {
  const folder = await temporaryFolder();
  const [root, outside] = [join(folder, 'root'), join(folder, 'outside')];
  await mkdir(join(root, 'photos'), { recursive: true });
  await mkdir(outside);
  await writeFile(join(outside, 'private.png'), aPng({ width: 7, height: 5 }));
  const app = await anApp({ host: { door: 'browser', roots: [root] } });
  return { app, root, outside };
}

async function importFolder(app: App, path: string, copy: boolean) {
  const events = [];
  for await (const event of app.client.stream('images.import', { sources: [{ kind: 'path', path }], copy }))
    events.push(event);
  return events;
}

test('a link met inside a folder leads nowhere that the door may not read', async () => {
  const { app, root, outside } = await aWalledApp();
  await writeFile(join(root, 'photos', 'own.png'), aPng({ width: 4, height: 4 }));
  await symlink(join(outside, 'private.png'), join(root, 'photos', 'link.png'));
  await symlink(join(root, 'photos', 'own.png'), join(root, 'photos', 'second.png'));
  for (const copy of [true, false]) {
    const events = await importFolder(app, join(root, 'photos'), copy);
    expect(events.filter(({ type }) => type === 'noted')).toEqual([
      expect.objectContaining({ note: expect.stringContaining('link.png') }),
    ]);
  }
  expect((await app.records('image')).map(({ name }) => name)).toEqual(['own.png']);
});

test.each([true, false])(
  'a record tells nothing of a file outside: not whether it is there, nor what it holds (%s)',
  async (isThere) => {
    const { app, outside } = await aWalledApp();
    const path = join(outside, isThere ? 'private.png' : 'nothing.png');
    const sha256 = isThere
      ? createHash('sha256')
          .update(await readFile(path))
          .digest('hex')
      : 'a'.repeat(64);
    const record = anImage({
      id: anImageId('spy'),
      source: { kind: 'linked', path },
      sha256,
      width: 7,
      height: 5,
    });
    await expect(app.commit({ added: [record], changed: [], removed: [] })).rejects.toMatchObject({
      code: 'forbidden-path',
    });
    for (const file of ['../../../outside/private.png', '..', 'a\\b.png', ''])
      await expect(
        app.commit({ added: [{ ...record, source: { kind: 'copied', file } }], changed: [], removed: [] }),
      ).rejects.toMatchObject({ code: 'invalid-change' });
  },
);

/** A project that a free app made, which links a picture outside of what the app it is opened in was given. */
async function aProjectWithALinkOutside(door: 'browser' | 'desktop'): Promise<{ app: App; outside: string }> {
  const { app: first, outside, root } = await aWalledApp();
  const { project } = await first.client.call('project.snapshot', {});
  await first.backend.dispose();
  const free = await anApp();
  await free.client.call('project.open', { folder: project.folder });
  await importFolder(free, join(outside, 'private.png'), false);
  await free.backend.dispose();
  const app = await anApp({ host: { door, roots: [root, project.folder] } });
  await app.client.call('project.open', { folder: project.folder });
  return { app, outside };
}

test('a project made elsewhere that links outside is shown without those pictures', async () => {
  const { app } = await aProjectWithALinkOutside('browser');
  expect((await app.client.call('images.check', {})).map(({ state }) => state)).toEqual(['outside']);
});

test.each(['browser', 'desktop'] as const)(
  'what was taken out of a project is brought back, wherever its picture lies (%s)',
  async (door) => {
    const { app, outside } = await aProjectWithALinkOutside(door);
    const [image] = await app.records('image');
    if (image === undefined) throw new Error('The project has an image.');
    const { width, height, id: imageId } = image;
    const runs = boxRuns([1, 1, 3, 2], { width, height });
    const place = { mask: rleOf(runs), bbox: boxOf(runs), area: areaOf(runs) };
    const mask = anAnnotation({ ...place, imageId, id: anAnnotationId('one') });
    await app.commit({ added: [mask], changed: [], removed: [] });
    await app.commit({ added: [], changed: [], removed: [image, mask] });
    await app.commit({ added: [image, mask], changed: [], removed: [] });
    // A change of its place, too.
    const moved = { ...image, source: { kind: 'copied' as const, file: 'copy.png' } };
    await app.commit({ added: [], changed: [[image, moved]], removed: [] });
    await app.commit({ added: [], changed: [[moved, image]], removed: [] });
    expect([await app.records('image'), await app.records('annotation')]).toEqual([[image], [mask]]);
    // A step of very many records goes another way.
    const many = Array.from({ length: 600 }, (_, at) => ({ ...mask, id: anAnnotationId(`mask ${at}`) }));
    await app.commit({ added: many, changed: [], removed: [] });
    await app.commit({ added: [], changed: [], removed: [image, mask, ...many] });
    await app.commit({ added: [image, mask, ...many], changed: [], removed: [] });
    expect(await app.records('annotation')).toHaveLength(601);
    // But nothing else that lies there.
    const other = { ...image, source: { kind: 'linked' as const, path: join(outside, 'other.png') } };
    await expect(app.commit({ added: [], changed: [[image, other]], removed: [] })).rejects.toMatchObject({
      code: 'forbidden-path',
    });
  },
);

test('on the desktop the page reaches what a dialog or a drop gave, what lies in it, and nothing beside', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'given'));
  const grants = createGrants();
  const host = { door: 'desktop' as const, roots: [], grants, projectsFolder: join(folder, 'projects') };
  await expect(allowedPath(host, join(folder, 'given', 'a.png'))).rejects.toMatchObject({
    code: 'forbidden-path',
  });
  grants.add(join(folder, 'given'));
  grants.add(join(folder, 'saved.json'));
  for (const path of ['given/a.png', 'given', 'saved.json', 'projects/P'])
    expect(await allowedPath(host, join(folder, path))).toBe(join(folder, path));
  for (const path of ['given2/a.png', 'given/../b.png', 'saved.json.txt', ''])
    await expect(allowedPath(host, join(folder, path))).rejects.toMatchObject({ code: 'forbidden-path' });
});

test.each(['../../outside/secret', '/etc/shadow', 'C:\\x', '..\\x', 'a/../../b', ''])(
  'a manifest that names the file %j is no manifest',
  (path) => {
    const found = manifestSchema.safeParse({ files: [{ path, bytes: 0, sha256: '0'.repeat(64) }] });
    expect(found.error?.issues.map((issue) => issue.path.join('.'))).toContain('files.0.path');
  },
);

test.skipIf(process.platform === 'win32')(
  'pipes and devices are refused before they are opened',
  async () => {
    const app = await anApp();
    const pipe = join(app.folder, 'pipe.png');
    execFileSync('mkfifo', [pipe]);
    for (const path of [pipe, '/dev/zero']) {
      const [failed] = (await importFolder(app, path, false)).filter(({ type }) => type === 'failed');
      expect(failed).toMatchObject({ error: { code: 'file-not-readable' } });
      const source = { kind: 'path' as const, path };
      await expect(app.client.call('formats.inspect', { format: 'coco', source })).rejects.toMatchObject({
        code: 'bad-input', // of an import that is no file the reader says so itself
      });
    }
    const record = anImage({ id: anImageId('endless'), source: { kind: 'linked', path: '/dev/zero' } });
    await app.commit({ added: [record], changed: [], removed: [] });
    expect((await app.client.call('images.check', {})).map(({ state }) => state)).toEqual(['missing']);
  },
);
