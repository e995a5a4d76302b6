import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileError } from '../app/file-errors.ts';
import { imageExtensions } from './image-decoder.ts';

const byName = new Intl.Collator('en', { numeric: true }).compare;

/**
 * The picture files a path stands for: itself (whatever its name), or all in the folder and below it, in the order a person expects
 * (2 before 10). Hidden files and folders are left out; links to folders are not followed.
 *
 * @throws AppError 'file-not-found', 'file-not-readable' - for the path itself, not for a folder somewhere below it
 */
export async function findImageFiles(path: string, signal: AbortSignal): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    return await filesIn(path, signal);
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}

async function filesIn(folder: string, signal: AbortSignal): Promise<string[]> {
  signal.throwIfAborted();
  const entries = (await readdir(folder, { withFileTypes: true })).filter(
    ({ name }) => !name.startsWith('.'),
  );
  entries.sort((a, b) => byName(a.name, b.name));
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      found.push(
        ...(await filesIn(path, signal).catch((error: unknown) =>
          isDenied(error) ? [] : Promise.reject(error),
        )),
      );
    } else if (isImageName(entry.name)) found.push(path);
  }
  return found;
}

export function isImageName(name: string): boolean {
  return imageExtensions.has(extname(name).toLowerCase());
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
}
