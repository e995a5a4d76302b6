import { join } from 'node:path';
import { folderNameOf, mayBeProjectFolder } from '../../backend/project/project-folder.ts';
import type { CommandContext } from './command.ts';

/**
 * The folder of the project a person named: by its path, or as they named it when they made it, which put it into the projects
 * folder. A folder that is there comes first. What is no project is left to the backend to refuse.
 */
export async function findProject(
  written: string,
  { input, folders }: Pick<CommandContext, 'input' | 'folders'>,
): Promise<string> {
  const path = input.resolve(written);
  if (await mayBeProjectFolder(path)) return path;
  const named = join(folders.projects, folderNameOf(written));
  return (await mayBeProjectFolder(named)) ? named : path;
}
