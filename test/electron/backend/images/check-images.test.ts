import { rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkImages } from '../../../../electron/backend/images/check-images.ts';
import { stampOf } from '../../../../electron/backend/images/hash-file.ts';
import { ProjectStore } from '../../../../electron/backend/project/project-store.ts';
import { writePng } from '../../../helpers/pictures-on-disk.ts';
import { anImage, anImageId } from '../../../helpers/records.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const host = { door: 'cli', roots: null, grants: null, projectsFolder: '/nowhere' } as const;

/** So many take far more than one piece of the check. */
const many = 2_000;

async function aStore() {
  const folder = await temporaryFolder();
  const files = [await writePng(join(folder, 'here.png')), await writePng(join(folder, 'gone.png'))];
  const store = await ProjectStore.create(join(folder, 'project'), 'Many');
  const added = Array.from({ length: many }, (_, order) =>
    anImage({
      id: anImageId(`image-${order}`),
      source: { kind: 'linked', path: files[order % 2 === 0 ? 0 : 1]! },
      order,
    }),
  );
  store.commit({ added, changed: [], removed: [] });
  for (const { id, source } of added) {
    if (source.kind === 'linked') store.noteFile(id, await stampOf(source.path));
  }
  await rm(files[1]!);
  return store;
}

test('each of many images is told of, and the check waits when it is asked to', async () => {
  const store = await aStore();
  let waits = 0;
  let go = (): void => undefined;
  const gone = new Promise<void>((resolve) => (go = resolve));
  const checking = checkImages(store, store.all('image'), {
    host,
    signal: new AbortController().signal,
    isQuick: false,
    mayGoOn: () => {
      waits += 1;
      return gone;
    },
  });
  await expect.poll(() => waits).toBe(1);
  go();
  const states = await checking;
  expect(states.map(({ state }) => state)).toEqual(
    Array.from({ length: many }, (_, order) => (order % 2 === 0 ? 'present' : 'missing')),
  );
  expect(waits).toBeGreaterThan(1);
  await store.close();
});

test('a check that is no longer wanted ends at its next rest', async () => {
  const store = await aStore();
  const stop = new AbortController();
  const checking = checkImages(store, store.all('image'), {
    host,
    signal: stop.signal,
    isQuick: false,
    mayGoOn: async () => stop.abort(),
  });
  await expect(checking).rejects.toMatchObject({ name: 'AbortError' });
  await store.close();
});

test('a quick check reads no file: what is not as it was known has to be read', async () => {
  const store = await aStore();
  const [here] = store.all('image');
  if (here?.source.kind !== 'linked') throw new Error('the test made linked images');
  await utimes(here.source.path, new Date(), new Date(2020, 1, 1));
  const asked = { host, signal: new AbortController().signal, mayGoOn: async () => undefined };
  const some = store.all('image').slice(0, 2);
  const states = async (isQuick: boolean) =>
    (await checkImages(store, some, { ...asked, isQuick })).map(({ state }) => state);
  expect(await states(true)).toEqual(['unread', 'missing']);
  // The picture in the file is not the one that the record means.
  expect(await states(false)).toEqual(['changed', 'missing']);
  await store.close();
});
