import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { openJsonFile } from './json-file.ts';

/**
 * Which files this app wrote and nobody touched since: those alone it may replace unasked. Known by size and time, as the file was when
 * it was finished.
 */
export interface WrittenFiles {
  isOwn(place: string): Promise<boolean>;
  note(places: readonly string[]): Promise<void>;
}

const writtenSchema = z.array(z.object({ path: z.string(), bytes: z.number(), modifiedMs: z.number() }));
/** Exports of many small pictures are remembered to this number; one more asks. */
const mostKnown = 5_000;

export async function openWrittenFiles(dataFolder: string): Promise<WrittenFiles> {
  const file = await openJsonFile(join(dataFolder, 'written-files.json'), writtenSchema, []);
  return {
    async isOwn(place) {
      const now = await stat(place).catch(() => null);
      const known = (await file.fresh()).find(({ path }) => path === place);
      return now !== null && known?.bytes === now.size && known.modifiedMs === now.mtimeMs;
    },
    async note(places) {
      const stamps = await Promise.all(
        places.slice(0, mostKnown).map(async (path) => {
          const { size, mtimeMs } = await stat(path);
          return { path, bytes: size, modifiedMs: mtimeMs };
        }),
      );
      const fresh = new Set(places);
      await file.change((known) =>
        [...stamps, ...known.filter(({ path }) => !fresh.has(path))].slice(0, mostKnown),
      );
    },
  };
}
