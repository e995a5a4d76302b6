import { appendFile, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeFolder } from '../app/make-folder.ts';
import { imagesFolder } from './project-folder.ts';

/**
 * Copies of pictures that were begun since the project was opened, by file name, in a record beside the project. What a kill leaves in the
 * images folder is what is named there and no image uses; a picture of the person's own is never litter, whatever its name.
 */
export const begunCopiesName = 'copies.begun';
const recordFile = (folder: string): string => join(folder, begunCopiesName);

/** Call it before the file comes into being. */
export async function noteBegunCopy(folder: string, file: string): Promise<void> {
  await appendFile(recordFile(folder), `${JSON.stringify(file)}\n`, { mode: 0o600 });
}

/** Names of the copies that were begun since the project was opened the last time, whatever became of them. */
export async function begunCopies(folder: string): Promise<readonly string[]> {
  const text = await readFile(recordFile(folder), 'utf8').catch(() => '');
  // A plain name, as copies have: the record leads nowhere else.
  return namesIn(text).filter((file) => basename(file) === file && file !== '..');
}

/** Clears what an earlier process began and no image uses. The project is ours alone here, so nobody is copying. */
export async function clearBegunCopies(folder: string, used: ReadonlySet<string>): Promise<void> {
  for (const file of await begunCopies(folder)) {
    if (used.has(file)) continue;
    await rm(join(imagesFolder(folder), file), { force: true }).catch(() => undefined); // a read-only disk: tried again next time
  }
  await rm(recordFile(folder), { force: true }).catch(() => undefined);
}

/** The folder of the copies, there. */
export async function readyImagesFolder(folder: string): Promise<string> {
  await makeFolder(imagesFolder(folder), 0o700);
  return imagesFolder(folder);
}

function namesIn(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    try {
      const name: unknown = JSON.parse(line);
      return typeof name === 'string' ? [name] : [];
    } catch {
      return []; // a line cut off by the kill: its file had not begun
    }
  });
}
