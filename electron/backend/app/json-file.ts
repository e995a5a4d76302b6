import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { fileError } from './file-errors.ts';
import { isStillRunning, ownName } from './running-process.ts';

/** A small file of the app's own (settings, recent projects): read leniently, written whole or not at all. */
export interface JsonFile<T> {
  /** As it was last read or written here. */
  read(): T;
  /** As it is on the disk now: another door may have written it. */
  fresh(): Promise<T>;
  /**
   * Works the change out from what is on the disk, so that two doors on one data folder keep each other's changes. Durable when it
   * resolves; where it rejects nothing has changed. Changes follow each other in order.
   */
  change(work: (now: T) => T): Promise<T>;
  /** Resolves when nothing is being written, whether that worked or not. */
  settled(): Promise<void>;
}

/** @param fallback what counts when there is no file, or one that cannot be understood (it is then kept beside the new one) */
export async function openJsonFile<T>(path: string, schema: z.ZodType<T>, fallback: T): Promise<JsonFile<T>> {
  await clearUnfinished(path);
  let value: T = await readValue(path, schema, fallback);
  let last: Promise<unknown> = Promise.resolve();
  const inOrder = <R>(work: () => Promise<R>): Promise<R> => {
    const done = last.then(work);
    last = done.catch(() => undefined); // told to whoever asked for it
    return done;
  };
  return {
    read: () => value,
    fresh: () => inOrder(async () => (value = await readValue(path, schema, value))),
    change: (work) =>
      inOrder(() =>
        aloneOn(path, async () => {
          const next = work(await readValue(path, schema, value));
          await writeWhole(path, `${JSON.stringify(next, null, 2)}\n`);
          value = next;
          return next;
        }),
      ),
    settled: () => last.then(() => undefined),
  };
}

/** Longest wait for another process that writes the same file. */
const longestWaitMs = 2_000;

/** Runs the work while no other process does the same: the file can be made by one alone, and says whose it is. */
async function aloneOn<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = lockOf(path);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw fileError(error, path, 'write');
  });
  const own = await ownName();
  for (const began = Date.now(); ; await sleep(10)) {
    try {
      await writeFile(lock, own, { flag: 'wx', mode: 0o600 });
      break;
    } catch (error) {
      // Holds because Node's file functions throw nothing else.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fileError(error, path, 'write');
      const owner = await readFile(lock, 'utf8').catch(() => own);
      // Its owner was killed while it wrote; an empty one is being filled this moment.
      if (owner !== '' && !(await isStillRunning(owner))) await rm(lock, { force: true });
      else if (Date.now() - began > longestWaitMs) break;
    }
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

/** What a kill left of a write, its lock included. Whoever writes now does it alone, so it is nobody's. */
async function clearUnfinished(path: string): Promise<void> {
  const left = [unfinishedOf(path), lockOf(path)].map((file) => stat(file).catch(() => null));
  if ((await Promise.all(left)).some((found) => found !== null))
    await aloneOn(path, () => rm(unfinishedOf(path), { force: true })).catch(() => undefined); // the next write takes its place
}

const unfinishedOf = (path: string): string => `${path}.partial`;
const lockOf = (path: string): string => `${path}.lock`;

async function readValue<T>(path: string, schema: z.ZodType<T>, fallback: T): Promise<T> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return fallback;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    await rename(path, `${path}.unreadable`).catch(() => undefined); // its place must become free; failing that, it is overwritten
    return fallback;
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = unfinishedOf(path);
  try {
    const handle = await open(unfinished, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw fileError(error, path, 'write');
  }
}
