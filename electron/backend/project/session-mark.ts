import { readFile, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { databaseFile } from './project-folder.ts';

/**
 * A word beside the database while a project is open: at least so many changes were durable. Where the app was killed, its last changes
 * stand in SQLite's log alone; a log that is deleted or cut off is otherwise silently read as "there were none".
 */
export interface SessionMark {
  /** Soon after, not at once: it is a lower bound. */
  note(revision: number): void;
  /** The project was closed and all of its log is in the database. */
  end(): Promise<void>;
}

const markFile = (folder: string): string => `${databaseFile(folder)}-session`;
const markSchema = z.object({ revision: z.int().min(0) });
const delayMs = 200;

/** What the mark of a session that did not end says; null where the last one did. */
export async function lastKnownRevision(folder: string): Promise<number | null> {
  const text = await readFile(markFile(folder), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return markSchema.parse(JSON.parse(text)).revision;
  } catch {
    return null; // cut off by the kill
  }
}

export function beginSession(folder: string, first: number): SessionMark {
  let revision = first;
  let timer: NodeJS.Timeout | null = null;
  let writing = Promise.resolve();
  const write = (): void => {
    timer = null;
    writing = writing
      .then(() => writeFile(markFile(folder), JSON.stringify({ revision }), { mode: 0o600 }))
      .catch(() => undefined); // a full or read-only disk: the mark is a help, the database the truth
  };
  write();
  return {
    note(now) {
      revision = now;
      timer ??= setTimeout(write, delayMs).unref();
    },
    async end() {
      if (timer) clearTimeout(timer);
      await writing;
      await rm(markFile(folder), { force: true }).catch(() => undefined); // then the next start compares, and finds all there
    },
  };
}

/** The sentence for a person where changes that were durable are gone; null where none are. */
export function lossOf(known: number | null, found: number): string | null {
  if (known === null || known <= found) return null;
  const lost = known - found;
  return `The app was ended while this project was open, and its log of the last changes is damaged or gone: ${lost === 1 ? 'one change' : `${lost} changes`} that had been saved ${lost === 1 ? 'is' : 'are'} missing. If a copy of project.sqlite-wal exists, put it back before you go on.`;
}
