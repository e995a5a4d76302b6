import { randomUUID } from 'node:crypto';
import { appendFile, lstat, readFile, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from './make-folder.ts';
import { z } from 'zod';
import { isStillRunning, nameOf, ownName } from './running-process.ts';

/**
 * What this process has begun to write and not finished, by path, kept on the disk: what a kill leaves behind is known by this record,
 * never by how a name looks. Each process has its own; those of processes that are gone are worked off at the next start.
 */
export interface BegunWork {
  /**
   * Notes that these paths are about to hold something unfinished, in the order in which it is to be cleared.
   * Call what it returns when they hold nothing, or all of it.
   */
  begin(...work: readonly (string | Unfinished)[]): Promise<() => Promise<void>>;
  /** Forgets the record: nothing is under way any more. */
  dispose(): Promise<void>;
}

export interface Unfinished {
  readonly path: string;
  /** Number of the other process that writes it: while that one runs, nothing is cleared under its hands. */
  readonly writer?: number | undefined;
  /** A folder that goes only when nothing is left in it. */
  readonly onlyIfEmpty?: boolean;
  /** Nothing is cleared where this file is there: the work had not begun, or its place has a new owner. */
  readonly unless?: string;
}

/** A line of the record. */
const begunLine = z.object({
  begun: z.string(),
  writer: z.string().optional(),
  onlyIfEmpty: z.boolean().optional(),
  unless: z.string().optional(),
});
type Begun = z.infer<typeof begunLine>;

/** Clears what killed processes left, then opens this process's own record. One that cannot be kept keeps nobody from working. */
export async function openBegunWork(dataFolder: string): Promise<BegunWork> {
  const folder = join(dataFolder, 'begun');
  // The first of the app's own folders: all that follow lie in it, for this account alone.
  await makeFolder(dataFolder, 0o700).catch(() => undefined); // told by whatever is written first
  const closing = new AbortController();
  const { late } = await clearLeftovers(folder, closing.signal);
  const file = join(folder, `${await ownName()}-${randomUUID()}.jsonl`);
  let writing: Promise<void> = makeFolder(folder, 0o700).then(
    () => undefined,
    () => undefined, // the appends fail as well, and the work itself may go on
  );
  const note = (lines: readonly object[]): Promise<void> => {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    // A full disk must not stop the work that may free it; at worst a leftover stays.
    writing = writing.then(() => appendFile(file, text, { mode: 0o600 })).catch(() => undefined);
    return writing;
  };
  return {
    async begin(...work) {
      const begun = await Promise.all(work.map(lineOf));
      await note(begun);
      return () => note(begun.map(({ begun: over }) => ({ over })));
    },
    async dispose() {
      closing.abort();
      await late;
      await writing;
      await rm(file, { force: true }).catch(() => undefined); // where it could not be written either
    },
  };
}

async function lineOf(work: string | Unfinished): Promise<Begun> {
  if (typeof work === 'string') return { begun: work };
  const { path, writer, onlyIfEmpty, unless } = work;
  return {
    begun: path,
    ...(writer === undefined ? {} : { writer: await nameOf(writer) }),
    ...(onlyIfEmpty === undefined ? {} : { onlyIfEmpty }),
    ...(unless === undefined ? {} : { unless }),
  };
}

/** An orphan ends as soon as it notices that its parent is gone; one that takes longer is left to a later start. */
const orphanMs = 10_000;

/**
 * Works off the records of processes that are gone.
 *
 * @returns late: what is still to come, of folders that orphans of those processes are about to let go
 */
async function clearLeftovers(
  folder: string,
  signal: AbortSignal,
): Promise<{ readonly late: Promise<unknown> }> {
  const names = await readdir(folder).catch(() => []);
  const late: Promise<void>[] = [];
  for (const name of names) {
    const [owner] = /^\d+-[^-]+/u.exec(name) ?? [];
    if (owner === undefined || (await isStillRunning(owner))) continue;
    const record = join(folder, name);
    const left = await clearAll(unfinishedIn(await readFile(record, 'utf8').catch(() => '')));
    const forget = (): Promise<void> => rm(record, { force: true }).catch(() => undefined);
    if (left.length === 0) await forget();
    else late.push(clearLate(left, signal).then((isClear) => (isClear ? forget() : undefined)));
  }
  return { late: Promise.all(late) };
}

/** @returns what is still being written */
async function clearAll(work: Iterable<Begun>): Promise<Begun[]> {
  const left: Begun[] = [];
  for (const begun of work) {
    if (begun.writer !== undefined && (await isStillRunning(begun.writer))) left.push(begun);
    else await clear(begun).catch(() => undefined); // a folder that cannot be written: whoever owns it sees it
  }
  return left;
}

async function clearLate(work: readonly Begun[], signal: AbortSignal): Promise<boolean> {
  let left = [...work];
  for (const until = Date.now() + orphanMs; left.length > 0 && Date.now() < until && !signal.aborted; ) {
    await sleep(50, undefined, { ref: false, signal }).catch(() => undefined); // the loop looks at the signal
    left = await clearAll(left);
  }
  return left.length === 0;
}

async function clear({ begun: path, onlyIfEmpty, unless }: Begun): Promise<void> {
  if (unless !== undefined && (await lstat(unless).catch(() => null)) !== null) return;
  if (onlyIfEmpty !== true) await rm(path, { recursive: true, force: true });
  else await rmdir(path).catch(() => undefined); // not empty: what is in it is not ours
}

function unfinishedIn(text: string): Iterable<Begun> {
  const unfinished = new Map<string, Begun>();
  for (const line of text.split('\n')) {
    try {
      const said: unknown = JSON.parse(line);
      const begun = begunLine.safeParse(said);
      const over = z.object({ over: z.string() }).safeParse(said);
      if (begun.success) unfinished.set(begun.data.begun, begun.data);
      if (over.success) unfinished.delete(over.data.over);
    } catch {
      // A line cut off by the kill: what it spoke of had not begun.
    }
  }
  return unfinished.values();
}
