import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are not there. Not by Node's recursive mkdir: where the system says "no such folder" of one whose parent is
 * there (Linux's /proc, a disk that is mounted no more) it tries for ever, until the memory is full, and of a full or read-only disk it
 * says "no such folder" itself (nodejs/node 42808).
 *
 * @param mode of the folders that are made
 * @throws system errors, 'EEXIST' where something else has its name
 */
export async function makeFolder(folder: string, mode?: number): Promise<void> {
  const code = await failureOf(folder, mode);
  if (code !== 'ENOENT' || dirname(folder) === folder) return;
  await makeFolder(dirname(folder), mode);
  if ((await failureOf(folder, mode)) === 'ENOENT') await mkdir(folder, { mode });
}

/** @returns 'ENOENT' where there is nothing to make it in, null once it is there; anything else is thrown */
async function failureOf(folder: string, mode?: number): Promise<'ENOENT' | null> {
  try {
    await mkdir(folder, { mode });
    return null;
  } catch (error) {
    // Holds because Node's file functions throw nothing else.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'ENOENT';
    // Of one that is there a system may say other things than that: that its disk is read-only, or that nobody may write beside it.
    const isThere = await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isThere) throw error;
    return null;
  }
}
