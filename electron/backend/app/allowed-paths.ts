import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AppError } from '../../common/errors.ts';
import type { Host } from '../host.ts';

/**
 * The path with links resolved, if this door may touch it: anything where the person is at their own machine, else only what lies
 * in the folders they named (and the app's own project folder). What does not exist yet is judged by the folder it would be in.
 *
 * @throws AppError 'bad-input' for a path that is not absolute, 'forbidden-path'
 */
export async function allowedPath(host: Host, path: string): Promise<string> {
  if (path.includes('\0') || !isAbsolute(path)) {
    throw new AppError('bad-input', `A whole path is needed, not ${JSON.stringify(path)}.`, { path });
  }
  const wanted = resolve(path);
  if (host.roots === null) return wanted;
  const real = await realPathOf(wanted);
  for (const root of [...host.roots, host.projectsFolder]) {
    if (isInside(await realPathOf(resolve(root)), real)) return real;
  }
  throw new AppError(
    'forbidden-path',
    `${wanted} lies outside the folders this server was opened for: ${host.roots.join(', ') || 'none'}.`,
    { path: wanted, roots: host.roots },
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
