import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../../common/errors.ts';
import { fileError } from './file-errors.ts';

/**
 * Where a file of this path really goes: behind a link, which stays one. For those who work long before they write, too: what
 * speaks against the path is known beforehand.
 *
 * @throws AppError 'file-not-found' (no such folder), 'bad-input' for a folder, a device or a pipe: the rename would put a file in its place
 */
export async function placeToWrite(path: string): Promise<string> {
  try {
    if (streams.test(path)) throw notAFile(path, 'a device or a pipe');
    const place = await realpath(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return null; // the usual case: a new file
    });
    if (place === null) {
      await stat(dirname(path));
      return path;
    }
    const found = await stat(place);
    if (found.isFile()) return place;
    throw notAFile(path, found.isDirectory() ? 'a folder' : 'a device or a pipe');
  } catch (error) {
    throw fileError(error, path, 'write');
  }
}

/** Where a process finds its own streams: behind /dev/stdout may lie a file somebody is writing to. /dev/shm is an ordinary folder. */
const streams = /^\/(?:dev|proc)\/(?!shm\/)/u;

function notAFile(path: string, what: string): AppError {
  return new AppError('bad-input', `${path} is ${what}, not a file that can be written.`, { path });
}
