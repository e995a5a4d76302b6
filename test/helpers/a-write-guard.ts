import { join } from 'node:path';
import { openBegunWork } from '../../electron/backend/app/begun-work.ts';
import { type WriteGuard, createWriteGuard } from '../../electron/backend/project/write-guard.ts';
import { placeToWrite } from '../../electron/backend/app/place-to-write.ts';
import { openWrittenFiles } from '../../electron/backend/app/written-files.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The real guard, with a data folder of its own. */
export async function aWriteGuard(
  options: {
    readonly inputs?: readonly string[];
    readonly replace?: boolean;
    readonly dataFolder?: string;
  } = {},
): Promise<WriteGuard> {
  const data = options.dataFolder ?? join(await temporaryFolder(), 'data');
  return createWriteGuard({
    begun: await openBegunWork(data),
    written: await openWrittenFiles(data),
    inputs: options.inputs ?? [],
    replace: options.replace ?? false,
  });
}

/** For tests of what is written, not of what may be: replaces whatever is there and keeps no record. */
export const lenientGuard: WriteGuard = {
  place: placeToWrite,
  begin: () => Promise.resolve(() => Promise.resolve()),
  wrote: () => Promise.resolve(),
};
