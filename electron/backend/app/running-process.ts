import { readFile } from 'node:fs/promises';

/** A name for this process that no other has, before or after it: its number and its birth. */
export function ownName(): Promise<string> {
  return nameOf(process.pid);
}

/** The same for another process that runs. */
export async function nameOf(pid: number): Promise<string> {
  return `${pid}-${await birthOf(pid)}`;
}

/** @param name of `ownName` or `nameOf`, in this process or another one */
export async function isStillRunning(name: string): Promise<boolean> {
  const [, number, birth] = /^(\d+)-(.+)$/u.exec(name) ?? [];
  if (number === undefined) return false;
  const pid = Number(number);
  try {
    process.kill(pid, 0); // signal 0 only asks
  } catch (error) {
    // Holds because kill throws system errors: another account's process is one that runs.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return (await birthOf(pid)) === birth;
}

/** When the process began, in the clock of its system; the same word for all where the system does not say. */
async function birthOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name in parentheses may hold spaces; after it the fields count from 3, and the start time is the 22nd.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'unknown';
}
