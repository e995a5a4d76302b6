import { stat } from 'node:fs/promises';
import { readPragma, type Database } from './database.ts';

/**
 * A word inside the database itself while its project is open. The mark beside it (session-mark.ts) counts what is missing but stays behind
 * where somebody copies the database alone, or a tool carries only files it knows: such a copy lacks the log, in which the last changes
 * stand, and SQLite reads that as "there were none".
 */
const key = 'open';

/** Bytes of the log before SQLite looked at it; null where there is none. */
export async function logBytesOf(file: string): Promise<number | null> {
  return stat(`${file}-wal`).then(
    ({ size }) => size,
    () => null,
  );
}

/**
 * Whether the database was left open and its log is gone, or holds nothing that SQLite takes for its own. Call it before anything is written.
 *
 * @param bytes what `logBytes` said
 */
export function isLogLost(database: Database, bytes: number | null): boolean {
  if (database.prepare('SELECT 1 FROM meta WHERE key = ?').get(key) === undefined) return false;
  if (bytes === null) return true;
  return bytes > 0 && framesOf(database) === 0; // 0 bytes: nothing was changed since it was opened
}

/** Pages in the log that count. */
function framesOf(database: Database): number {
  const row = database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() as
    | { readonly log: number }
    | undefined; // SQLite's own columns
  return row?.log ?? 0;
}

/** Says in the database that it is open: in the file, not in its log. */
export function beginWitness(database: Database): void {
  database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES (?, 'true')").run(key);
  readPragma(database, 'wal_checkpoint(TRUNCATE)');
}

/** It is being closed, or is a copy that is no open project. */
export function endWitness(database: Database): void {
  database.prepare('DELETE FROM meta WHERE key = ?').run(key);
}

export const lostLogWords =
  'The app was ended while this project was open, or this is a copy of an open project, and its log of the last changes (project.sqlite-wal) is gone or cannot be read: changes that had been saved may be missing. If a copy of project.sqlite-wal exists, put it back before you go on.';
