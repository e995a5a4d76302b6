import { openBegunWork } from '../../backend/app/begun-work.ts';
import { type WriteGuard, createWriteGuard } from '../../backend/project/write-guard.ts';
import { openWrittenFiles } from '../../backend/app/written-files.ts';
import type { CommandContext } from './command.ts';

/** What a command asks before it writes a result itself: with --replace, others' files may go; what it reads never. */
export async function outputGuard(
  { folders, input }: Pick<CommandContext, 'folders' | 'input'>,
  inputs: readonly string[],
): Promise<WriteGuard> {
  return createWriteGuard({
    begun: await openBegunWork(folders.data),
    written: await openWrittenFiles(folders.data),
    inputs,
    replace: input.flag('replace'),
  });
}
