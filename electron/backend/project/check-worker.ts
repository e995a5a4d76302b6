import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { assert, toWireError } from '../../common/errors.ts';
import { checkRecords, countRecords } from './check-records.ts';
import { checkIdentity, isOfVersion } from './check-identity.ts';
import type { Checked, CheckTask, CheckWord } from './check-thread.ts';
import { asDamage, openDatabase, openUnchanging, toAppError, type Database } from './database.ts';
import { endWitness, isLogLost, logBytesOf } from './log-witness.ts';

/** The entry of the thread that looks a project's database through (check-thread.ts): one file, then it ends. */
assert(parentPort, 'this file runs as a worker');
const port = parentPort;
const tell = (word: CheckWord): void => port.postMessage(word);
const task = workerData as CheckTask; // check-thread.ts gives it

try {
  tell({ type: 'done', ...(task.way === 'beside' ? await lookBeside() : await lookAlone()) });
} catch (thrown) {
  tell({ type: 'failed', error: toWireError(asDamage(toAppError(thrown, task.file))) });
}

async function lookBeside(): Promise<Checked> {
  giveWay();
  const database = openUnchanging(task.file);
  try {
    return { tally: await look(database), isLogLost: false };
  } finally {
    database.close();
  }
}

async function lookAlone(): Promise<Checked> {
  const log = await logBytesOf(task.file);
  const database = openDatabase(task.file);
  try {
    const tally = await look(database);
    const isLost = tally !== null && isLogLost(database, log);
    // Its log is in the file when it is closed: that it is missing then is no loss.
    if (tally !== null && !isLost) endWitness(database);
    return { tally, isLogLost: isLost };
  } finally {
    database.close();
  }
}

async function look(database: Database): Promise<Checked['tally']> {
  const isReadable = isOfVersion(database, task.latest);
  if (isReadable) tell({ type: 'counts', counts: countRecords(database) });
  checkIdentity(database, task.latest, task.depth);
  return isReadable ? checkRecords(database) : null;
}

/** A quarter of what others get where all are busy: edits wait for it. 0 is usual, 19 the most polite. */
const politeness = 5;

/** What a person waits for goes first: on Linux a thread has a priority of its own. */
function giveWay(): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), politeness);
  } catch {
    // Elsewhere it runs beside as all else does.
  }
}
