import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rmdir, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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
    ['ENOTDIR', 'output-not-writable'],
    ['ENAMETOOLONG', 'output-not-writable'],
    ['EIO', 'output-not-writable'],
    ['ENOTEMPTY', 'output-exists'],
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

test('a conversion that another process began is waited for, and not touched', async () => {
  const root = await temporaryFolder();
  const other = join(root, `model.partial-${process.ppid}`);
  await mkdir(other);
  await untilFoldersAreYounger(other);
  await expect(buildFolder(join(root, 'model'), false, () => Promise.resolve())).rejects.toMatchObject({
    code: 'output-exists',
    message: expect.stringContaining(`another conversion (process ${process.ppid})`),
  });
  expect(await readdir(root)).toEqual([`model.partial-${process.ppid}`]);
});

/** A file system's clock ticks in milliseconds: of two folders of one tick neither was first, and the numbers of the processes decide. Some file systems say 0 of each. */
async function untilFoldersAreYounger(folder: string): Promise<void> {
  const { birthtimeMs } = await stat(folder);
  for (let born = birthtimeMs; born === birthtimeMs && born !== 0; ) {
    const probe = await mkdtemp(join(tmpdir(), 'pixellm-probe-'));
    born = (await stat(probe)).birthtimeMs;
    await rmdir(probe);
  }
}

test('what was left long ago by a process whose number another one has now is in nobody’s way', async () => {
  const root = await temporaryFolder();
  const other = join(root, `model.partial-${process.ppid}`);
  await mkdir(other);
  await utimes(other, new Date('2026-01-01'), new Date('2026-01-01'));
  await buildFolder(join(root, 'model'), false, () => Promise.resolve());
  expect((await readdir(root)).toSorted()).toEqual(['model', `model.partial-${process.ppid}`]);
});

test('a model that came while another one was built is not replaced', async () => {
  const target = join(await temporaryFolder(), 'model');
  const build = buildFolder(target, false, async () => {
    await mkdir(target);
    await writeFile(join(target, 'content'), 'theirs');
  });
  await expect(build).rejects.toMatchObject({ code: 'output-exists' });
  expect([await readdir(dirname(target)), await readdir(target)]).toEqual([['model'], ['content']]);
});

test.each<[string, (root: string) => Promise<string>, string]>([
  [
    'below a file',
    async (root) => {
      await writeFile(join(root, 'file'), '');
      return join(root, 'file', 'model');
    },
    'is a file, not a folder',
  ],
  [
    'deep below a file',
    async (root) => {
      await writeFile(join(root, 'file'), '');
      return join(root, 'file', 'a', 'b', 'model');
    },
    'is a file, not a folder',
  ],
  ['with a name of 250 letters', async (root) => join(root, 'm'.repeat(250)), 'too long'],
  ['with a name of 300 letters', async (root) => join(root, 'm'.repeat(300)), 'too long'],
  [
    'behind links in a circle',
    async (root) => {
      await symlink('b', join(root, 'a'));
      await symlink('a', join(root, 'b'));
      return join(root, 'a', 'model');
    },
    'links lead in a circle',
  ],
])('a place %s is said in a sentence', async (_, place, reason) => {
  const root = await temporaryFolder();
  const target = await place(root);
  const before = await readdir(root);
  await expect(buildFolder(target, false, () => Promise.resolve())).rejects.toMatchObject({
    code: 'output-not-writable',
    message: expect.stringContaining(reason),
  });
  expect(await readdir(root)).toEqual(before);
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
  let finish: (() => void) | null = null;
  const first = buildFolder(target, true, () => new Promise<void>((resolve) => (finish = resolve)));
  // Its folder is there a moment earlier than its work.
  await expect.poll(() => finish).not.toBeNull();
  expect(existsSync(`${target}.partial-${process.pid}`)).toBe(true);
  await expect(buildFolder(target, true, () => Promise.resolve())).rejects.toMatchObject({
    code: 'output-exists',
  });
  (finish as (() => void) | null)?.(); // set by then, as the poll saw
  await first;
  expect(existsSync(target)).toBe(true);
});
