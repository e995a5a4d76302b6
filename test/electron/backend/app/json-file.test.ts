import { existsSync } from 'node:fs';
import { readFile, readdir, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openJsonFile } from '../../../../electron/backend/app/json-file.ts';
import { nameOf } from '../../../../electron/backend/app/running-process.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const numbers = z.array(z.number());

test('what a killed process left of a write goes when the file is opened: half a file, a lock, both', async () => {
  for (const left of [['.partial'], ['.lock'], ['.partial', '.lock']]) {
    const path = join(await temporaryFolder(), 'numbers.json');
    await writeFile(path, '[1]');
    // No process has this number and birth.
    for (const ending of left) await writeFile(`${path}${ending}`, '4194304-1');
    const file = await openJsonFile(path, numbers, []);
    expect(left.map((ending) => existsSync(`${path}${ending}`))).toEqual(left.map(() => false));
    expect(file.read()).toEqual([1]);
  }
});

test('while another process that runs changes the file a change is refused, and neither file nor lock is touched', async () => {
  const path = join(await temporaryFolder(), 'numbers.json');
  await writeFile(path, '[1]');
  const other = await nameOf(process.ppid);
  await writeFile(`${path}.lock`, other);
  const file = await openJsonFile(path, numbers, [], { longestWaitMs: 50 });
  await expect(file.change((now) => [...now, 2])).rejects.toMatchObject({ code: 'file-not-writable' });
  expect([file.read(), await readFile(path, 'utf8'), await readFile(`${path}.lock`, 'utf8')]).toEqual([
    [1],
    '[1]',
    other,
  ]);
});

test('doors that find the lock of a dead process all at once keep all of their changes', async () => {
  for (let round = 0; round < 10; round++) {
    const path = join(await temporaryFolder(), 'numbers.json');
    const doors = await Promise.all(Array.from({ length: 6 }, () => openJsonFile(path, numbers, [])));
    await writeFile(`${path}.lock`, '4194304-1');
    await Promise.all(doors.map((door, index) => door.change((now) => [...now, index])));
    expect((await doors[0]?.fresh())?.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
  }
});

test.skipIf(process.platform === 'win32')(
  'a file that is there but cannot be read counts as nothing to show, and is never written over',
  async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'numbers.json');
    await symlink('numbers.json', path); // a link to itself: not even the all-powerful account reads it
    const file = await openJsonFile(path, numbers, [7]);
    expect([file.read(), await file.fresh()]).toEqual([[7], [7]]);
    await expect(file.change((now) => [...now, 8])).rejects.toMatchObject({ code: 'file-not-readable' });
    expect([await readdir(folder), await readlink(path)]).toEqual([['numbers.json'], 'numbers.json']);
  },
);

test('what cannot be understood is kept aside once, and what another door wrote meanwhile stays', async () => {
  const path = join(await temporaryFolder(), 'numbers.json');
  await writeFile(path, '["one"');
  const doors = await Promise.all([1, 2, 3].map(() => openJsonFile(path, numbers, [])));
  await writeFile(path, '["two"');
  await Promise.all([
    doors[0]?.fresh(),
    doors[1]?.change((now) => [...now, 5]),
    doors[2]?.fresh(),
    doors[0]?.fresh(),
  ]);
  expect(await readFile(path, 'utf8')).toBe('[\n  5\n]\n');
  expect(await readFile(`${path}.unreadable`, 'utf8')).toBe('["two"');
});
