import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeFolder } from './make-folder.ts';
import type { Download } from '../backend.ts';
import type { BegunWork } from './begun-work.ts';

/** Results of exports that a browser fetches once, by a token nobody can guess. */
export interface Downloads {
  /** Where to write the file, and what makes it fetchable once it is whole. */
  prepare(name: string): Promise<{ readonly path: string; offer(): string; discard(): Promise<void> }>;
  take(token: string): Promise<Download | null>;
  dispose(): Promise<void>;
}

export function createDownloads(dataFolder: string, begun: Pick<BegunWork, 'begin'>): Downloads {
  const folder = join(dataFolder, 'downloads');
  const offered = new Map<string, string>();
  const ends = new Map<string, () => Promise<void>>();
  const discard = async (place: string): Promise<void> => {
    await rm(place, { recursive: true, force: true });
    await ends.get(place)?.();
    ends.delete(place);
  };
  return {
    async prepare(name) {
      const token = randomBytes(24).toString('base64url');
      const place = join(folder, token);
      // Whoever should fetch it may be gone with a killed app: until it is fetched it is unfinished work.
      ends.set(place, await begun.begin(place));
      await makeFolder(place, 0o700);
      const path = join(place, name);
      return {
        path,
        offer() {
          offered.set(token, path);
          return `downloads/${token}`;
        },
        discard: () => discard(place),
      };
    },
    async take(token) {
      const path = offered.get(token);
      if (path === undefined) return null;
      offered.delete(token);
      return { name: basename(path), path, dispose: () => discard(join(folder, token)) };
    },
    async dispose() {
      for (const token of offered.keys()) await discard(join(folder, token));
      offered.clear();
    },
  };
}
