import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * The beginning of a text file, cut at `mostBytes` with a line that says so.
 *
 * @returns null when there is no such file, or it is a pipe, a device or a folder
 */
export async function readBeginning(path: string, mostBytes: number): Promise<string | null> {
  // Without O_NONBLOCK, opening a pipe nobody writes to never returns. Windows has no such flag, nor such pipes.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(() => null);
  if (handle === null) return null;
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) return null;
    const bytes = new Uint8Array(Math.min(facts.size, mostBytes));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    const text = new TextDecoder().decode(bytes.subarray(0, bytesRead));
    const megabytes = Math.ceil(facts.size / 1e6);
    return facts.size <= mostBytes
      ? text
      : `${text}\n\n… (the file has ${megabytes} MB; this is its beginning)`;
  } finally {
    await handle.close();
  }
}
