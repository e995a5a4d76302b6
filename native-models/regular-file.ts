import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { ModelError, type ModelErrorCode } from './errors.ts';
import { mistakenFor } from './mistaken-file.ts';
import { sizeText } from './size-text.ts';

/**
 * Opens a file that is a file: a pipe would be waited for and a device read without end.
 *
 * @throws ModelError with `code` and why it cannot be read
 */
export async function openRegularFile(
  path: string,
  code: ModelErrorCode,
): Promise<{ readonly handle: FileHandle; readonly bytes: number }> {
  // Without O_NONBLOCK, opening a pipe nobody writes to never returns. Windows has no such flag, nor such pipes.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
  const handle = await open(path, flags).catch((cause: unknown) => {
    throw new ModelError(code, `${path} cannot be read: ${reasonOf(cause)}.`, { path }, cause);
  });
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) {
      const kind = facts.isDirectory() ? 'a folder' : 'a pipe or a device';
      throw new ModelError(code, `${path} is ${kind}, not a file.`, { path });
    }
    return { handle, bytes: facts.size };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * All of a file that is known to be small: a configuration, a tokenizer.
 *
 * @throws ModelError with `code` when it cannot be read, is larger than `mostBytes`, or is something that stands for the file
 */
export async function readSmallFile(
  path: string,
  { mostBytes, code }: { readonly mostBytes: number; readonly code: ModelErrorCode },
): Promise<Uint8Array> {
  const { handle, bytes } = await openRegularFile(path, code);
  try {
    if (bytes > mostBytes) {
      throw new ModelError(
        code,
        `${path} has ${sizeText(bytes)}; such a file has ${sizeText(mostBytes)} at the most.`,
        { path, bytes, mostBytes },
      );
    }
    const content = await handle.readFile();
    const mistaken = mistakenFor(content);
    if (mistaken !== null) throw new ModelError(code, `${path} ${mistaken}`, { path });
    return content;
  } finally {
    await handle.close();
  }
}

function reasonOf(cause: unknown): string {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : null;
  switch (code) {
    case 'ENOENT':
      return 'it is not there';
    case 'ENOTDIR':
      return 'a part of its path is a file';
    case 'EACCES':
    case 'EPERM':
      return 'permission is missing';
    case 'ELOOP':
      return 'its links lead nowhere';
    case 'ENAMETOOLONG':
      return 'its name is too long';
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}
