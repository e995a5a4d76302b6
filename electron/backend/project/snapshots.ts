import { constants, copyFile, link, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeFolder } from '../app/make-folder.ts';
import { AppError } from '../../common/errors.ts';
import type { BegunWork } from '../app/begun-work.ts';
import { syncFile, syncFolder } from '../app/sync-to-disk.ts';
import { openDatabase } from './database.ts';
import { endWitness } from './log-witness.ts';
import { databaseFile, databaseName, snapshotsFolder } from './project-folder.ts';

/** A whole copy of the database at one moment, in the project's `snapshots/` folder. */
export interface Snapshot {
  readonly path: string;
  readonly takenAt: string;
  readonly reason: SnapshotReason;
}
type SnapshotReason = 'routine' | 'upgrade';

const namePattern = /^(\d{8}T\d{6})Z-(routine|upgrade)-r(\d+)\.sqlite$/u;
const keptRoutines = 8;
const leastIntervalMs = 60 * 60 * 1000;

/** Newest first. */
export async function listSnapshots(folder: string): Promise<Snapshot[]> {
  const names = await readdir(snapshotsFolder(folder)).catch(() => []);
  return names
    .flatMap((name) => {
      const match = namePattern.exec(name);
      if (!match) return [];
      const reason: SnapshotReason = match[2] === 'upgrade' ? 'upgrade' : 'routine';
      return [{ path: join(snapshotsFolder(folder), name), takenAt: isoOf(match[1] ?? ''), reason }];
    })
    .sort((a, b) => (a.path < b.path ? 1 : -1));
}

/** A project's database as it is copied. */
interface Copying {
  /** Writes a whole copy to that path. */
  readonly copy: (destination: string) => Promise<void>;
  readonly folder: string;
  readonly revision: number;
  /** Notes the unfinished copy, for the next start to clear: this project may never be opened again. Only tests leave it out. */
  readonly begun?: Pick<BegunWork, 'begin'> | undefined;
}

/** Written under another name and flushed first: a snapshot that is listed is whole. */
export async function takeSnapshot(options: Copying & { readonly reason: SnapshotReason }): Promise<void> {
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+Z/gu, '');
  const target = join(
    snapshotsFolder(options.folder),
    `${stamp}Z-${options.reason}-r${options.revision}.sqlite`,
  );
  const unfinished = `${target}.partial`;
  const over = await options.begun?.begin(unfinished, `${unfinished}-journal`, `${unfinished}-wal`);
  await makeFolder(snapshotsFolder(options.folder), 0o700);
  try {
    await options.copy(unfinished);
    // Before it is closed, which flushes it as well, while others wait.
    await syncFile(unfinished);
    closeCopy(unfinished);
    await syncFile(unfinished);
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  } finally {
    await over?.();
  }
}

/** The project it was copied from is open; the copy is not. */
function closeCopy(file: string): void {
  const copy = openDatabase(file);
  try {
    endWitness(copy);
  } finally {
    copy.close();
  }
}

/** A copy when a project is opened that has changed since the last one, at most once an hour; the newest eight are kept, upgrades' copies all. */
export async function takeRoutineSnapshot(options: Copying): Promise<void> {
  if (options.revision === 0) return;
  const existing = await listSnapshots(options.folder);
  const newest = existing[0];
  if (newest && (revisionOf(newest) === options.revision || isRecent(newest))) return;
  await takeSnapshot({ ...options, reason: 'routine' });
  const routines = (await listSnapshots(options.folder)).filter(({ reason }) => reason === 'routine');
  for (const old of routines.slice(keptRoutines)) await rm(old.path, { force: true });
}

/** One from the future was taken while the clock was wrong: it must not keep others from being taken until then. */
function isRecent({ takenAt }: Snapshot): boolean {
  const ageMs = Date.now() - Date.parse(takenAt);
  return ageMs >= 0 && ageMs < leastIntervalMs;
}

/** What a kill left of copies under way, of an app with other data too. The project is ours alone here, and these names lie where only the app writes. */
export async function clearUnfinishedSnapshots(folder: string): Promise<void> {
  const names = await readdir(snapshotsFolder(folder)).catch(() => []);
  const unfinished = names
    .filter(
      (name) =>
        namePattern.test(name.replace(/\.partial(?:-journal|-wal|-shm)?$/u, '')) && !namePattern.test(name),
    )
    .map((name) => join(snapshotsFolder(folder), name));
  for (const path of [...unfinished, `${databaseFile(folder)}.partial`]) await rm(path, { force: true });
}

/**
 * Puts a snapshot in the database's place. The damaged files are kept under another name.
 *
 * @returns where the damaged database lies now
 * @throws AppError 'file-not-found' when the project has no such snapshot
 */
export async function restoreSnapshot(folder: string, snapshot: string): Promise<string> {
  const known = (await listSnapshots(folder)).find(({ path }) => path === snapshot);
  if (!known) {
    throw new AppError('file-not-found', `This project has no snapshot named ${basename(snapshot)}.`, {
      folder,
      snapshot,
    });
  }
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+Z/gu, '');
  const kept = join(folder, `damaged-${stamp}-${databaseName}`);
  const unfinished = join(folder, `${databaseName}.partial`);
  await copyFile(known.path, unfinished);
  await syncFile(unfinished);
  // The damaged database keeps its name until the snapshot takes it: whenever this is killed, there is a project to open.
  const damaged = databaseFile(folder);
  if (await exists(damaged))
    await link(damaged, kept).catch(() => copyFile(damaged, kept, constants.COPYFILE_EXCL)); // disks without links
  for (const suffix of ['-wal', '-shm', '-journal']) {
    if (await exists(`${damaged}${suffix}`)) await rename(`${damaged}${suffix}`, `${kept}${suffix}`);
  }
  await rename(unfinished, damaged);
  await syncFolder(folder);
  return kept;
}

/** What a person needs to know when the database itself cannot be read. */
export async function damagedError(folder: string, problem: string, cause?: unknown): Promise<AppError> {
  const snapshots = await listSnapshots(folder);
  const newest = snapshots[0];
  const offer = newest
    ? ` A snapshot of ${newest.takenAt.slice(0, 16).replace('T', ' ')} UTC can be restored.`
    : ' There is no snapshot of it.';
  return new AppError(
    'project-damaged',
    `The project's database is damaged: ${problem}. The file was left as it is.${offer}`,
    { folder, file: databaseFile(folder), problem, snapshots },
    { cause },
  );
}

function revisionOf(snapshot: Snapshot): number {
  return Number(namePattern.exec(basename(snapshot.path))?.[3] ?? -1);
}

function isoOf(stamp: string): string {
  return stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/u, '$1-$2-$3T$4:$5:$6.000Z');
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
