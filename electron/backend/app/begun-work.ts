import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isStillRunning, ownName } from './running-process.ts';

/**
 * What this process has begun to write and not finished, by path, kept on the disk: what a kill leaves behind is known by this record,
 * never by how a name looks. Each process has its own; those of processes that are gone are worked off at the next start.
 */
export interface BegunWork {
  /** Notes that this path is about to hold something unfinished. Call what it returns when the path holds nothing, or all of it. */
  begin(path: string): Promise<() => Promise<void>>;
  /** Forgets the record: nothing is under way any more. */
  dispose(): Promise<void>;
}

/** Clears what killed processes left, then opens this process's own record. One that cannot be kept keeps nobody from working. */
export async function openBegunWork(dataFolder: string): Promise<BegunWork> {
  const folder = join(dataFolder, 'begun');
  // The first of the app's own folders: all that follow lie in it, for this account alone.
  await mkdir(dataFolder, { recursive: true, mode: 0o700 }).catch(() => undefined); // told by whatever is written first
  await clearLeftovers(folder);
  const file = join(folder, `${await ownName()}-${randomUUID()}.jsonl`);
  let writing: Promise<void> = mkdir(folder, { recursive: true, mode: 0o700 }).then(
    () => undefined,
    () => undefined, // the appends fail as well, and the work itself may go on
  );
  const note = (kind: 'begun' | 'over', path: string): Promise<void> => {
    writing = writing
      .then(() => appendFile(file, `${JSON.stringify({ [kind]: path })}\n`, { mode: 0o600 }))
      .catch(() => undefined); // a full disk must not stop the work that may free it; at worst a leftover stays
    return writing;
  };
  return {
    async begin(path) {
      await note('begun', path);
      return () => note('over', path);
    },
    async dispose() {
      await writing;
      await rm(file, { force: true });
    },
  };
}

async function clearLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const [owner] = /^\d+-[^-]+/u.exec(name) ?? [];
    if (owner === undefined || (await isStillRunning(owner))) continue;
    const text = await readFile(join(folder, name), 'utf8').catch(() => '');
    for (const path of unfinishedIn(text))
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
    await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

function unfinishedIn(text: string): Iterable<string> {
  const unfinished = new Set<string>();
  for (const line of text.split('\n')) {
    try {
      // Our own lines; anything else has neither field.
      const { begun, over } = JSON.parse(line) as { begun?: unknown; over?: unknown };
      if (typeof begun === 'string') unfinished.add(begun);
      if (typeof over === 'string') unfinished.delete(over);
    } catch {
      // A line cut off by the kill: what it spoke of had not begun.
    }
  }
  return unfinished;
}
