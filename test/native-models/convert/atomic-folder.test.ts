import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildFolder, explainFileError } from '../../../native-models/convert/atomic-folder.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

test.skipIf(!existsSync('/dev/full'))(
  'a full disk is said in a sentence, and nothing stays behind',
  async () => {
    const root = await temporaryFolder();
    const build = buildFolder(join(root, 'model'), false, async (folder) => {
      await writeFile(join(folder, 'begun'), 'something');
      await writeFile('/dev/full', 'more'); // the device on which every write finds no room
    });
    await expect(build).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining('no room left'),
    });
    expect(await readdir(root)).toEqual([]);
  },
);

test.skipIf(process.getuid?.() === 0)('a place that may not be written is named', async () => {
  const root = join(await temporaryFolder(), 'locked');
  await mkdir(root);
  await chmod(root, 0o500);
  await expect(buildFolder(join(root, 'model'), false, () => Promise.resolve())).rejects.toMatchObject({
    code: 'output-not-writable',
  });
});

describe('errors of the file system', () => {
  test.each([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EROFS', 'output-not-writable'],
    ['EACCES', 'output-not-writable'],
    ['EFBIG', 'output-not-writable'],
  ])('%s becomes %s', (code, expected) => {
    expect(explainFileError(Object.assign(new Error('raw'), { code }), '/somewhere')).toMatchObject({
      code: expected,
    });
  });

  test('of another kind stay what they are', () => {
    const error = new Error('a bug');
    expect(explainFileError(error, '/somewhere')).toBe(error);
  });
});

test('the leftovers of a conversion that still runs are not touched', async () => {
  const root = await temporaryFolder();
  const other = join(root, `model.partial-${process.ppid}`);
  await mkdir(other);
  await buildFolder(join(root, 'model'), false, () => Promise.resolve());
  expect((await readdir(root)).toSorted()).toEqual(['model', `model.partial-${process.ppid}`]);
});

const nobody = 2 ** 22 + 1; // beyond the largest process id

test('a model that was moved aside by a process killed at the last moment comes back', async () => {
  const root = await temporaryFolder();
  await mkdir(join(root, `model.replaced-${nobody}`));
  await writeFile(join(root, `model.replaced-${nobody}`, 'content'), 'the old model');
  const target = join(root, 'model');
  await expect(buildFolder(target, false, () => Promise.resolve())).rejects.toMatchObject({
    code: 'output-exists',
  });
  expect(await readdir(root)).toEqual(['model']);
  expect(await readdir(target)).toEqual(['content']);
});

test('folders that only look like leftovers are not touched', async () => {
  const root = await temporaryFolder();
  for (const name of ['model.partial-notes', 'model.partial-', `other.partial-${nobody}`])
    await mkdir(join(root, name));
  await buildFolder(join(root, 'model'), false, () => Promise.resolve());
  expect((await readdir(root)).toSorted()).toEqual([
    'model',
    'model.partial-',
    'model.partial-notes',
    `other.partial-${nobody}`,
  ]);
});

test('one process does not build the same folder twice at once', async () => {
  const target = join(await temporaryFolder(), 'model');
  let finish = (): void => undefined;
  const first = buildFolder(target, true, () => new Promise<void>((resolve) => (finish = resolve)));
  await expect.poll(() => existsSync(`${target}.partial-${process.pid}`)).toBe(true);
  await expect(buildFolder(target, true, () => Promise.resolve())).rejects.toMatchObject({
    code: 'output-exists',
  });
  finish();
  await first;
  expect(existsSync(target)).toBe(true);
});
