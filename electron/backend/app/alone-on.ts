import { open, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from './make-folder.ts';
import { AppError } from '../../common/errors.ts';
import { fileError } from './file-errors.ts';
import { isStillRunning, ownName } from './running-process.ts';
import { readIfThere, unfinishedOf } from './whole-file.ts';

/** Far longer than a small file takes to be written, on a slow disk too; not longer than a person waits. */
const usualWaitMs = 10_000;

/** A lock is made and then filled: one that was empty for so long was left by a kill between the two. */
const fillingMs = 2_000;

/**
 * Runs the work while nobody else does the same on this file, in this process or another one: the lock beside it can be made by one alone,
 * and says whose it is. Only a lock whose owner runs no more is taken away.
 *
 * @throws AppError 'file-not-writable' when another process that runs has not let go within `longestWaitMs`; the work was not begun then
 */
export async function aloneOn<T>(
  path: string,
  work: () => Promise<T>,
  longestWaitMs = usualWaitMs,
): Promise<T> {
  const lock = lockOf(path);
  await makeFolder(dirname(path), 0o700).catch((error: unknown) => {
    throw fileError(error, path, 'write');
  });
  const own = await ownName();
  for (const began = Date.now(); !(await isMade(lock, own)); await sleep(10)) {
    if (await clearLeftLock(path, longestWaitMs)) continue;
    if (Date.now() - began >= longestWaitMs) throw await stillLocked(path, lock);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

/** Clears what a kill left of a write, its lock included. Where somebody else writes this moment, that write takes its place. */
export async function clearUnfinished(path: string): Promise<void> {
  await clearLeftLock(path).catch(() => undefined);
  const unfinished = unfinishedOf(path);
  if (await isThere(unfinished))
    await aloneOn(path, () => rm(unfinished, { force: true }), 0).catch(() => undefined);
  // A kill this moment ago may have left one that says nobody, which is told from one being made by its age alone.
  if (await isThere(lockOf(path)))
    setTimeout(() => void clearLeftLock(path).catch(() => undefined), fillingMs + 50).unref();
}

/**
 * Takes away the lock that a kill left on the file, if there is one. Alone as well: of two who saw it left, the second would otherwise take
 * away the lock that the first has made since.
 *
 * @returns whether one was taken away
 */
export async function clearLeftLock(path: string, longestWaitMs = 0): Promise<boolean> {
  const lock = lockOf(path);
  // The same, of a kill while somebody cleared.
  if (await isThere(lockOf(lock))) await clearLeftLock(lock);
  if (!(await isLeft(lock))) return false;
  return aloneOn(
    lock,
    async () => {
      const isStillLeft = await isLeft(lock);
      if (isStillLeft) await rm(lock, { force: true });
      return isStillLeft;
    },
    longestWaitMs,
  );
}

const lockOf = (path: string): string => `${path}.lock`;

/** @returns false where there is one already */
async function isMade(lock: string, own: string): Promise<boolean> {
  const file = await open(lock, 'wx', 0o600).catch((error: unknown) => {
    // Holds because Node's file functions throw nothing else.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
    throw fileError(error, lock, 'write');
  });
  if (file === null) return false;
  try {
    await file.writeFile(own);
    // Whoever stood still for long between making and filling it may find that it was taken away as one left by a kill.
    return (await ownerOf(lock)) === own;
  } catch (error) {
    await rm(lock, { force: true }); // no room for a word: nobody has to wait for a lock without owner
    throw fileError(error, lock, 'write');
  } finally {
    await file.close();
  }
}

async function isLeft(lock: string): Promise<boolean> {
  const owner = await ownerOf(lock);
  if (owner === null) return false; // let go meanwhile
  if (owner !== '') return !(await isStillRunning(owner));
  const made = await stat(lock).catch(() => null);
  return made !== null && Date.now() - made.mtimeMs > fillingMs;
}

/** @returns null where there is no lock */
async function ownerOf(lock: string): Promise<string | null> {
  return (await readIfThere(lock))?.toString('utf8') ?? null;
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function stillLocked(path: string, lock: string): Promise<AppError> {
  const owner = Number.parseInt((await ownerOf(lock)) ?? '', 10);
  const whose = Number.isNaN(owner) ? 'another process' : `process ${owner}`;
  return new AppError(
    'file-not-writable',
    `${basename(path)} could not be changed: ${whose} is changing it and does not finish. If no other PixelLM Studio runs, delete ${lock}.`,
    { path, lock, ...(Number.isNaN(owner) ? {} : { process: owner }) },
  );
}
