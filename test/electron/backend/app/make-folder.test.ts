import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../../../electron/backend/app/make-folder.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { canLoseRights, withoutRights } from '../../../helpers/without-rights.ts';

test('a folder is made with those above it, and may be there already', async () => {
  const place = await temporaryFolder();
  const folder = join(place, 'a', 'b', 'c');
  await Promise.all([makeFolder(folder, 0o700), makeFolder(folder, 0o700), makeFolder(join(place, 'a'))]);
  await makeFolder(folder);
  expect((await stat(folder)).isDirectory()).toBe(true);
  await makeFolder('/');
});

test.skipIf(process.platform === 'win32')('each folder that is made gets the mode', async () => {
  const place = await temporaryFolder();
  await makeFolder(join(place, 'a', 'b'), 0o700);
  for (const made of ['a', 'a/b']) expect((await stat(join(place, made))).mode & 0o777).toBe(0o700);
});

test('a file in its place, or above it, is told as the system tells it', async () => {
  const file = join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(file, 'a', 'b'))).rejects.toMatchObject({
    code: expect.stringMatching(/ENOTDIR|EEXIST/u) as string,
  });
});

test.skipIf(!canLoseRights)('where nothing may be made that is said', async () => {
  const place = join(await temporaryFolder(), 'place');
  await makeFolder(place);
  await withoutRights(place, async () => {
    await expect(makeFolder(join(place, 'a', 'b'))).rejects.toMatchObject({ code: 'EACCES' });
  });
});

test.skipIf(process.platform !== 'linux')(
  'a place where the system finds no folder to make it in, though there is one, is refused instead of tried for ever',
  async () => {
    await expect(makeFolder('/proc/nothing/a')).rejects.toMatchObject({ code: 'ENOENT' });
  },
);
