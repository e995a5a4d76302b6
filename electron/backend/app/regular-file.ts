import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { AppError } from '../../common/errors.ts';
import { fileError } from './file-errors.ts';
import { isOwnedFile } from './owned-files.ts';

/** Far beyond any picture or data set; a file that claims more is a sparse trick. */
const largestFile = 64 * 1024 ** 3;

/**
 * What is known of the file before it is opened. A pipe waits for ever for somebody to write, and holds one of the few threads that read
 * files; a device never ends.
 *
 * @throws AppError 'file-not-found', 'file-not-readable' for anything but a regular file and for an open project's database, 'too-large'
 */
export async function regularFile(path: string, atMost = largestFile): Promise<Stats> {
  const found = await stat(path).catch((error: unknown) => {
    throw fileError(error, path, 'read');
  });
  if (!found.isFile()) {
    const what = found.isDirectory() ? 'a folder' : found.isFIFO() ? 'a pipe' : 'a device or a socket';
    throw new AppError('file-not-readable', `${path} is ${what}, not a file that can be read.`, { path });
  }
  if (isOwnedFile(found)) {
    const message = `${path} is the database of a project that is open here, which is not read as a file.`;
    throw new AppError('file-not-readable', message, { path });
  }
  if (found.size > atMost) {
    throw new AppError('too-large', `${path} has ${found.size} bytes; the limit is ${atMost}.`, {
      path,
      bytes: found.size,
      atMost,
    });
  }
  return found;
}
