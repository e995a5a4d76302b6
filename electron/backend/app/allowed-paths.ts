import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AppError } from '../../common/errors.ts';
import type { Host } from '../host.ts';

/**
 * The one wall between a window and the disk: the path with links resolved, if this door may touch it. At the command line that is
 * anything; in the browser what lies in the folders that were named (and the app's own project folder); on the desktop what a dialog,
 * a drop, a recent project or the system gave. What does not exist yet is judged by the folder it would be in.
 *
 * @throws AppError 'bad-input' for a path that is not absolute, 'forbidden-path'
 */
export async function allowedPath(host: Wall, path: string): Promise<string> {
  if (path.includes('\0') || !isAbsolute(path)) {
    throw new AppError('bad-input', `A whole path is needed, not ${JSON.stringify(path)}.`, { path });
  }
  const wanted = resolve(path);
  if (host.roots === null) return wanted;
  const real = await realPathOf(wanted);
  for (const root of [...host.roots, host.projectsFolder, ...(host.grants?.all() ?? [])]) {
    if (isInside(await realPathOf(resolve(root)), real)) return real;
  }
  const why =
    host.door === 'desktop'
      ? 'was not chosen in a dialog, dropped on the window, or opened before'
      : `lies outside the folders this server was opened for: ${host.roots.join(', ') || 'none'}`;
  throw new AppError('forbidden-path', `${wanted} ${why}.`, { path: wanted, roots: host.roots });
}

/** What of a host the wall asks. */
export type Wall = Pick<Host, 'door' | 'roots' | 'grants' | 'projectsFolder'>;

/** Whether a picture that a project links may be read. What a project on the person's own machine names, its person named. */
export async function mayRead(host: Wall, path: string): Promise<boolean> {
  if (host.door !== 'browser') return true;
  return allowedPath(host, path).then(
    () => true,
    () => false,
  );
}

/** Whether the path is the folder or lies in it; both with links resolved. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Links resolved as far as the path exists: a link to elsewhere does not lead out of a root. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await realPathOf(parent), basename(path));
  }
}
