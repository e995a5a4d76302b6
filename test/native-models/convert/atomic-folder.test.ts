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
