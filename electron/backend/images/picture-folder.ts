import { randomUUID } from 'node:crypto';
import { readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../app/make-folder.ts';

/**
 * Tiles and thumbnails on disk, one folder for each SHA-256, so that a picture opened before is shown without decoding it.
 * Nothing here is needed: it may be deleted at any time.
 */
export interface PictureFolder {
  read(sha256: string, name: string): Promise<Uint8Array | null>;
  /** Never fails: a picture that could not be kept is made again. */
  write(sha256: string, name: string, picture: Uint8Array): Promise<void>;
}

export function createPictureFolder(folder: string): PictureFolder {
  return {
    async read(sha256, name) {
      return readFile(join(folder, sha256, name)).catch(() => null);
    },
    async write(sha256, name, picture) {
      const file = join(folder, sha256, name);
      const unfinished = `${file}.${randomUUID()}.partial`;
      try {
        await makeFolder(dirname(file));
        await writeFile(unfinished, picture);
        await rename(unfinished, file);
      } catch {
        await rm(unfinished, { force: true }).catch(() => undefined);
      }
    },
  };
}

/** Deletes what kills left half written, then the pictures that were made longest ago until no more than `maximumBytes` are left. */
export async function trimPictureFolder(folder: string, maximumBytes: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const entries = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return { path, bytes: await bytesIn(path), usedMs: (await stat(path)).mtimeMs };
    }),
  );
  let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { path, bytes } of entries.sort((a, b) => a.usedMs - b.usedMs)) {
    if (total <= maximumBytes) return;
    await rm(path, { recursive: true, force: true });
    total -= bytes;
  }
}

/** Marks a picture's folder as used now, for trimPictureFolder. */
export async function touchPictures(folder: string, sha256: string): Promise<void> {
  const now = new Date();
  await utimes(join(folder, sha256), now, now).catch(() => undefined);
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  // The cache is the app's own; another door that is writing one this moment makes it again.
  const unfinished = entries.filter(({ name }) => name.endsWith('.partial'));
  for (const { parentPath, name } of unfinished)
    await rm(join(parentPath, name), { force: true }).catch(() => undefined);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
