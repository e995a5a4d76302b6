import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { fileError } from './file-errors.ts';

/** A small file of the app's own (settings, recent projects): read leniently, written whole or not at all. */
export interface JsonFile<T> {
  read(): T;
  /** Durable when it resolves; writes follow each other in order. */
  write(value: T): Promise<void>;
  /** Resolves when nothing is being written, whether that worked or not. */
  settled(): Promise<void>;
}

/** @param fallback what counts when there is no file, or one that cannot be understood (it is then kept beside the new one) */
export async function openJsonFile<T>(path: string, schema: z.ZodType<T>, fallback: T): Promise<JsonFile<T>> {
  let value: T = await readValue(path, schema, fallback);
  let writing = Promise.resolve();
  return {
    read: () => value,
    write(next) {
      value = next;
      const written = writing.then(() => writeWhole(path, `${JSON.stringify(next, null, 2)}\n`));
      writing = written.catch(() => undefined); // told to whoever asked for that write
      return written;
    },
    settled: () => writing,
  };
}

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
  const unfinished = `${path}.${randomUUID()}.partial`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(unfinished, 'w');
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
