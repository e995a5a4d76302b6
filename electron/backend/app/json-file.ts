import { rename } from 'node:fs/promises';
import type { z } from 'zod';
import { aloneOn, clearUnfinished } from './alone-on.ts';
import { readIfThere, writeWhole } from './whole-file.ts';

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

/**
 * @param fallback what counts when there is no file, or one that cannot be understood: that one is kept beside the new one. A file that is
 * there and cannot be read shows the fallback as well, but no change is written over it.
 */
export async function openJsonFile<T>(
  path: string,
  schema: z.ZodType<T>,
  fallback: T,
  options: { readonly longestWaitMs?: number } = {},
): Promise<JsonFile<T>> {
  await clearUnfinished(path);
  let value: T = await shownOf(path, schema, fallback);
  let last: Promise<unknown> = Promise.resolve();
  const inOrder = <R>(work: () => Promise<R>): Promise<R> => {
    const done = last.then(work);
    last = done.catch(() => undefined); // told to whoever asked for it
    return done;
  };
  const changed = async (work: (now: T) => T): Promise<T> => {
    const next = work(await valueToChange(path, schema, value));
    await writeWhole(path, `${JSON.stringify(next, null, 2)}\n`);
    value = next;
    return next;
  };
  return {
    read: () => value,
    fresh: () => inOrder(async () => (value = await shownOf(path, schema, value))),
    change: (work) => inOrder(() => aloneOn(path, () => changed(work), options.longestWaitMs)),
    settled: () => last.then(() => undefined),
  };
}

/** The value to show: the one on the disk, or the other one where there is none that can be read. */
async function shownOf<T>(path: string, schema: z.ZodType<T>, other: T): Promise<T> {
  const text = await readIfThere(path).catch(() => null); // who wants to change it hears why
  if (text === null) return other;
  const found = understood(text, schema);
  if (found !== null) return found.value;
  // Alone, and looked at once more: another door may have put a good one into its place.
  await aloneOn(path, () => valueToChange(path, schema, other), 0).catch(() => undefined); // the next change tries again
  return other;
}

/** The value on the disk, for whoever is alone on it; what cannot be understood goes aside. */
async function valueToChange<T>(path: string, schema: z.ZodType<T>, other: T): Promise<T> {
  const text = await readIfThere(path);
  if (text === null) return other;
  const found = understood(text, schema);
  if (found !== null) return found.value;
  await rename(path, `${path}.unreadable`).catch(() => undefined); // its place must become free; failing that, it is overwritten
  return other;
}

/** @returns null for what is no JSON or not of the schema */
function understood<T>(text: Buffer, schema: z.ZodType<T>): { readonly value: T } | null {
  try {
    return { value: schema.parse(JSON.parse(text.toString('utf8'))) };
  } catch {
    return null;
  }
}
