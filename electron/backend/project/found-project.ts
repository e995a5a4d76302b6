import { stat } from 'node:fs/promises';
import { checkIdentity, isKnownVersion, isOfVersion } from './check-identity.ts';
import { checkRecords, countRecords, type Tally } from './check-records.ts';
import { type LaterCheck, startCheck, startCheckLater } from './check-thread.ts';
import { makeDurable, openDatabase, type Database } from './database.ts';
import { isLogLost as isLogMissing, logBytesOf } from './log-witness.ts';
import { latestVersion, migrate } from './migrate.ts';
import type { Migration } from './migrations.ts';
import { lastKnownRevision } from './session-mark.ts';
import { StoredRecords } from './stored-records.ts';

/** A project's database, open, and how it was found. Nothing was written to it unless an older version had to be brought up to this one. */
export interface Found {
  readonly database: Database;
  readonly records: StoredRecords;
  /** The revision that the last session knew of. */
  readonly known: number | null;
  readonly isLogLost: boolean;
  /** What a small project was found to be; of a large one it is found out in a thread of its own, while nothing may be written. */
  readonly check: Tally | PendingCheck;
}

export interface PendingCheck {
  /** Rejects with AppError 'project-damaged'; 'no-project-open' when it was stopped. */
  readonly tally: Promise<Tally>;
  /** It begins a while after the opening, or now: somebody waits for it. */
  hurry(): void;
  stop(): Promise<void>;
}

export interface Finding {
  /** The project's folder. */
  readonly folder: string;
  /** Its database, or the copy of it that is looked at. */
  readonly file: string;
  readonly migrations: readonly Migration[];
  /** The built check-worker.ts; null where all is looked at in this thread. */
  readonly checkWorker: string | null;
  /** Called before an older database is changed. */
  readonly beforeChange: (database: Database) => Promise<void>;
}

/**
 * So long after the opening the thread that looks through a large project leaves the processor to the first pictures; with one core for each of them
 * they came half a second later. Its records travel longer than that. Milliseconds.
 */
const headStart = 1_500;
/** Up to here SQLite counts the records of all kinds within some 20 ms, sooner than a thread does. Bytes. */
const mediumFile = 256 * 2 ** 20;
/** Up to here SQLite looks a file through within some 20 ms, sooner than a thread starts. Bytes, the log included. */
const smallFile = 8 * 2 ** 20;

/**
 * Opens a project's database. Damage is told before anything is written: by this call, or for a large one by its `check`, beside which the
 * project can be looked at. One that was not closed as it should be is looked through before it is opened at all.
 *
 * @throws AppError 'project-locked', 'project-damaged', 'project-newer'
 */
export async function findProject(finding: Finding): Promise<Found> {
  const { folder, file, migrations } = finding;
  const latest = latestVersion(migrations);
  const known = await lastKnownRevision(folder);
  const log = await logBytesOf(file);
  const depth = known === null ? 'quick' : 'whole';
  const wasClosed = known === null && (log ?? 0) === 0;
  const size = (await sizeOf(file)) + (log ?? 0);
  const worker = size > smallFile ? finding.checkWorker : null;
  const alone =
    worker === null || wasClosed ? null : startCheck(worker, { file, way: 'alone', depth, latest });
  const before = (await alone?.checked) ?? null;
  const database = openDatabase(file);
  let check: PendingCheck | null = null;
  try {
    const isBeside = worker !== null && wasClosed && isOfVersion(database, latest);
    checkIdentity(database, latest, before !== null || isBeside ? null : depth);
    const isLogLost = before?.isLogLost ?? (isKnownVersion(database, latest) && isLogMissing(database, log));
    makeDurable(database);
    const found = { database, known, isLogLost };
    if (isBeside) {
      const thread = startCheckLater(worker, { file, way: 'beside', depth, latest }, headStart);
      check = pendingCheck(thread, async () => {
        checkIdentity(database, latest, depth);
        return checkRecords(database);
      });
      if (size > mediumFile) thread.hurry();
      const counts = size > mediumFile ? await thread.counts : null;
      const records = await StoredRecords.read(database, file, counts ?? countRecords(database));
      return { ...found, records, check };
    }
    const beforeChange = (): Promise<void> => finding.beforeChange(database);
    await migrate({ database, file, migrations, beforeChange });
    const tally = before?.tally ?? (await checkRecords(database));
    const counts = (await alone?.counts) ?? countRecords(database);
    return { ...found, records: await StoredRecords.read(database, file, counts), check: tally };
  } catch (error) {
    await check?.stop();
    database.close();
    throw error;
  }
}

/** @param lookHere what looks through it where no thread can be had: others then wait longer, but the project is not shut for that */
function pendingCheck({ checked, hurry, stop }: LaterCheck, lookHere: () => Promise<Tally>): PendingCheck {
  const tally = checked.then((found) => found?.tally ?? lookHere());
  tally.catch(() => undefined); // told to whoever waits for it
  return { tally, hurry, stop };
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0, // opening it says what is wrong
  );
}
