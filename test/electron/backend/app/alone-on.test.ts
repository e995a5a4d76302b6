import { existsSync } from 'node:fs';
import { readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { aloneOn, clearLeftLock, clearUnfinished } from '../../../../electron/backend/app/alone-on.ts';
import { nameOf } from '../../../../electron/backend/app/running-process.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

/** No process has this number and birth. */
const aDeadProcess = '4194304-1';

test('the lock of a process that runs is waited for, then refused in words: never taken away, the work not begun', async () => {
  const path = join(await temporaryFolder(), 'numbers.json');
  const other = await nameOf(process.ppid);
  await writeFile(`${path}.lock`, other);
  let hasBegun = false;
  const work = async (): Promise<void> => {
    hasBegun = true;
  };
  await expect(aloneOn(path, work, 50)).rejects.toMatchObject({
    code: 'file-not-writable',
    details: { path, lock: `${path}.lock`, process: process.ppid },
    message: expect.stringContaining('numbers.json') as unknown,
  });
  expect([hasBegun, await readFile(`${path}.lock`, 'utf8')]).toEqual([false, other]);
});

test('of many who find the lock of a dead process at once, each works alone', async () => {
  for (let round = 0; round < 8; round++) {
    const path = join(await temporaryFolder(), 'numbers.json');
    await writeFile(`${path}.lock`, aDeadProcess);
    let working = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++working);
      await readdir('.'); // a turn of the file functions, as a write has several
      working--;
    };
    await Promise.all(Array.from({ length: 8 }, () => aloneOn(path, work)));
    expect([most, existsSync(`${path}.lock`)]).toEqual([1, false]);
  }
});

test('who finds the lock of a dead process while another one clears it does not take away what that one puts in its place', async () => {
  const path = join(await temporaryFolder(), 'numbers.json');
  const other = await nameOf(process.ppid);
  await writeFile(`${path}.lock`, aDeadProcess);
  await writeFile(`${path}.lock.lock`, other);
  const waiting = aloneOn(path, () => Promise.resolve(), 500);
  await sleep(100);
  await writeFile(`${path}.lock`, other);
  await rm(`${path}.lock.lock`);
  await expect(waiting).rejects.toMatchObject({ code: 'file-not-writable', details: { path } });
  expect(await readFile(`${path}.lock`, 'utf8')).toBe(other);
});

test('a lock that says nobody is one being made; one that says so for long was left by a kill between two writes', async () => {
  const path = join(await temporaryFolder(), 'numbers.json');
  await writeFile(`${path}.lock`, '');
  await expect(aloneOn(path, () => Promise.resolve(), 50)).rejects.toMatchObject({
    code: 'file-not-writable',
  });
  const aMinuteAgo = new Date(Date.now() - 60_000);
  await utimes(`${path}.lock`, aMinuteAgo, aMinuteAgo);
  expect(await aloneOn(path, () => Promise.resolve('done'), 50)).toBe('done');
  expect(existsSync(`${path}.lock`)).toBe(false);
});

test('a lock that a kill left unfilled a moment before the start goes once it is too old to be one being made', async () => {
  const path = join(await temporaryFolder(), 'numbers.json');
  await writeFile(`${path}.lock`, '');
  await clearUnfinished(path);
  expect(existsSync(`${path}.lock`)).toBe(true);
  await vi.waitUntil(() => !existsSync(`${path}.lock`), { timeout: 10_000 });
});

test('a kill while a left lock was being cleared hinders nobody and leaves nothing', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'numbers.json');
  for (const endings of [
    ['.lock', '.lock.lock'],
    ['.lock.lock'],
    ['.lock', '.lock.lock', '.lock.lock.lock'],
  ]) {
    for (const ending of endings) await writeFile(`${path}${ending}`, aDeadProcess);
    await clearLeftLock(path);
    expect(await readdir(folder)).toEqual([]);
    for (const ending of endings) await writeFile(`${path}${ending}`, aDeadProcess);
    expect(await aloneOn(path, () => Promise.resolve('done'), 50)).toBe('done');
    await clearLeftLock(path); // as every opening does
    expect(await readdir(folder)).toEqual([]);
  }
});

test('work that fails gives its place back, and so does a place that cannot be marked', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'numbers.json');
  await expect(aloneOn(path, () => Promise.reject(new Error('the disk is full')))).rejects.toThrow('full');
  expect(await readdir(folder)).toEqual([]);
  await writeFile(path, '');
  await expect(aloneOn(join(path, 'below-a-file'), () => Promise.resolve())).rejects.toMatchObject({
    code: 'file-not-found',
  });
});
