import { pathToFileURL } from 'node:url';
import { backup, DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { AppError } from '../../common/errors.ts';
import { recordSum } from './record-sum.ts';

/**
 * SQLite behind one file. Its API is node:sqlite's, so that the package can go once every supported Node has it.
 * A connection owns its file alone (EXCLUSIVE): what memory holds of it stays true, and a second program is told at once.
 */
export type Database = DatabaseSyncInstance;

/** 'PXLM': tells a project from any other SQLite file. */
const applicationId = 0x50584c4d;

/** @throws AppError 'project-locked', 'project-damaged', 'file-not-writable' */
export function openDatabase(file: string): Database {
  return translating(file, () => {
    const database = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: 250 });
    try {
      database.prepare('PRAGMA locking_mode = EXCLUSIVE').get();
      // For the schema step that gives older projects their checksums.
      database.function('record_sum', { deterministic: true }, (text: unknown) => recordSum(String(text)));
      // Reading takes the lock; nothing is written before the file is known to be ours.
      readPragma(database, 'user_version');
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/**
 * To read a file that nobody changes meanwhile, and whose log is empty, beside the connection that owns it. It takes no lock and must be the only
 * way in: a file that is opened and closed by other means gives up the locks of the whole process (POSIX).
 */
export function openUnchanging(file: string): Database {
  return translating(file, () => {
    const address = pathToFileURL(file);
    address.searchParams.set('immutable', '1');
    return new DatabaseSync(address.href, { readOnly: true });
  });
}

/** Durable at each commit: the log is flushed before COMMIT returns. */
export function makeDurable(database: Database): void {
  database.prepare('PRAGMA journal_mode = WAL').get();
  database.exec('PRAGMA synchronous = FULL');
}

/**
 * Runs a transaction whose log is flushed by a later one, or by a checkpoint: a kill loses nothing of it, a power cut may. Flushing keeps the
 * whole process waiting for the disk.
 */
export function flushedLater(database: Database, transaction: () => void): void {
  flushing(database, 'NORMAL', transaction);
}

/** The same for work whose order on the disk is somebody else's care (checkpoints.ts). */
export function withoutFlushing(database: Database, work: () => void): void {
  flushing(database, 'OFF', work);
}

function flushing(database: Database, how: 'NORMAL' | 'OFF', work: () => void): void {
  database.exec(`PRAGMA synchronous = ${how}`);
  try {
    work();
  } finally {
    database.exec('PRAGMA synchronous = FULL');
  }
}

export type Prepare = (sql: string) => ReturnType<Database['prepare']>;

/** Statements that are asked for again and again, each prepared once. */
export function remembering(database: Database): Prepare {
  const statements = new Map<string, ReturnType<Database['prepare']>>();
  return (sql) => {
    const known = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, known);
    return known;
  };
}

export function readPragma(database: Database, name: string): number {
  const row = database.prepare(`PRAGMA ${name}`).get() as Record<string, unknown> | undefined; // one row, one column
  return Number(Object.values(row ?? {})[0] ?? 0);
}

export function markAsProject(database: Database): void {
  database.exec(`PRAGMA application_id = ${applicationId}`);
}

export function isMarkedAsProject(database: Database): boolean {
  return readPragma(database, 'application_id') === applicationId;
}

/**
 * What SQLite finds wrong, at most ten things; empty when all is well. The quick way reads every page and leaves out whether each index
 * agrees with its table, which takes twice as long, and what records point to: for a file that was closed as it should be.
 */
export function integrityProblems(database: Database, depth: 'whole' | 'quick' = 'whole'): string[] {
  const check = depth === 'quick' ? 'quick_check' : 'integrity_check';
  const rows = database.prepare(`PRAGMA ${check}(10)`).all() as Record<string, unknown>[]; // one text column
  const problems = rows.map((row) => String(Object.values(row)[0])).filter((line) => line !== 'ok');
  // Of a file that was closed as it should be, they are looked for with the records (check-records.ts), where others get their turn.
  if (depth === 'quick') return problems;
  const orphans = database.prepare('PRAGMA foreign_key_check').all().length;
  return orphans === 0 ? problems : [...problems, `${orphans} records point to records that are not there`];
}

/** All of `work` or nothing of it. */
export function inTransaction<T>(database: Database, file: string, work: () => T): T {
  return translating(file, () => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk has already rolled back by itself.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  });
}

/** A whole and consistent copy, made in steps beside other work. */
export async function copyDatabase(database: Database, destination: string): Promise<void> {
  await backup(database, destination, { rate: 1000 });
}

/** Runs `work` and turns SQLite's failures into the app's. */
export function translating<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toAppError(error, file);
  }
}

/** Where nothing was done but looking: whatever SQLite fails with that has no sentence of its own (`toAppError`) is damage. */
export function asDamage(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error) || !('errcode' in error)) return error;
  return new AppError('project-damaged', error.message, {}, { cause: error });
}

/** What is not one of SQLite's failures stays as it is. Primary result codes: https://sqlite.org/rescode.html */
export function toAppError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return error;
  const facts = { file, sqlite: error.message };
  switch (error.errcode & 0xff) {
    case 5:
    case 6:
      return new AppError('project-locked', `This project is open in another program: ${file}`, facts, {
        cause: error,
      });
    case 11:
    case 26:
      return new AppError(
        'project-damaged',
        `The project's database is damaged: ${error.message} (${file}).`,
        facts,
        {
          cause: error,
        },
      );
    case 13:
      return new AppError('disk-full', `The disk is full; the last change was not saved (${file}).`, facts, {
        cause: error,
      });
    case 3:
    case 8:
    case 10:
    case 14:
    case 23:
      return new AppError(
        'file-not-writable',
        `The project cannot be written: ${error.message} (${file}).`,
        facts,
        {
          cause: error,
        },
      );
    case 19:
      return new AppError('invalid-change', `The change does not fit the project: ${error.message}.`, facts, {
        cause: error,
      });
    default:
      return error;
  }
}
