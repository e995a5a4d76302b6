import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { placeToWrite } from '../../../../electron/backend/app/place-to-write.ts';
import { writeFileWhole } from '../../../../electron/backend/formats/atomic-file.ts';
import { aWriteGuard } from '../../../helpers/a-write-guard.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const { signal } = new AbortController();

test('a link stays a link, and the file behind it is replaced', async () => {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, 'real'));
  writeFileSync(join(folder, 'real', 'file.json'), 'older');
  symlinkSync(join('real', 'file.json'), join(folder, 'link.json'));
  await writeFileWhole(join(folder, 'link.json'), ['newer'], {
    guard: await aWriteGuard({ replace: true }),
    signal,
  });
  expect(lstatSync(join(folder, 'link.json')).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(folder, 'real', 'file.json'), 'utf8')).toBe('newer');
  expect(readdirSync(join(folder, 'real'))).toEqual(['file.json']);
});

test.skipIf(process.platform === 'win32')(
  'a pipe is left as it is: the rename would put a file in its place',
  async () => {
    const folder = await temporaryFolder();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    symlinkSync('pipe', join(folder, 'link'));
    for (const name of ['pipe', 'link']) {
      const writing = writeFileWhole(join(folder, name), ['text'], {
        guard: await aWriteGuard({ replace: true }),
        signal,
      });
      await expect(writing).rejects.toMatchObject({
        code: 'bad-input',
        message: expect.stringContaining('a pipe') as string,
      });
    }
    expect(lstatSync(join(folder, 'pipe')).isFIFO()).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['link', 'pipe']);
  },
);

test('the streams of a process are no place for a file', async () => {
  for (const path of ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1', '/dev/null'])
    await expect(placeToWrite(path)).rejects.toMatchObject({ code: 'bad-input' });
});

test('a path that cannot be written is known before anything is', async () => {
  const folder = await temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  expect(await placeToWrite(join(folder, 'new.json'))).toBe(join(folder, 'new.json'));
  await expect(placeToWrite(join(folder, 'none', 'x'))).rejects.toMatchObject({ code: 'file-not-found' });
  await expect(placeToWrite(join(folder, 'file', 'x'))).rejects.toMatchObject({ code: 'file-not-found' });
  await expect(placeToWrite(folder)).rejects.toThrow('is a folder');
});
