import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mistakenFor, tellingBytes } from '../mistaken-file.ts';
import { openRegularFile } from '../regular-file.ts';
import type { ManifestFile } from './manifest.ts';

/**
 * Whether a file of a model is there and of its size: what can be told without reading all of it.
 *
 * @returns a sentence, or null when all is well
 */
export async function fileProblem(folder: string, file: ManifestFile): Promise<string | null> {
  const path = join(folder, file.path);
  const facts = await stat(path).catch(() => null);
  if (facts === null) return `${file.path} is missing.`;
  if (!facts.isFile()) return `${file.path} is not a file.`;
  if (facts.size === file.bytes) return null;
  const mistaken = await mistakenAt(path);
  return mistaken === null
    ? `${file.path} has ${facts.size} bytes instead of ${file.bytes}.`
    : `${file.path} ${mistaken}`;
}

async function mistakenAt(path: string): Promise<string | null> {
  const { handle } = await openRegularFile(path, 'model-damaged');
  try {
    const head = new Uint8Array(tellingBytes);
    const { bytesRead } = await handle.read(head, 0, tellingBytes, 0);
    return mistakenFor(head.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}
