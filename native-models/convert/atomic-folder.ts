import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ModelError } from '../errors.ts';

/**
 * Builds a folder under another name and gives it its own only when it is complete. Whatever interrupts the work, `target` is what it was
 * before or all of the new; what a killed process left is cleared up, or put back, by the next attempt.
 *
 * @throws ModelError 'output-exists', 'disk-full' or 'output-not-writable'
 */
export async function buildFolder<Result>(
  target: string,
  overwrite: boolean,
  build: (folder: string) => Promise<Result>,
): Promise<Result> {
  await clearUp(target);
  if (beingBuilt.has(target) || (existsSync(target) && !overwrite)) {
    throw new ModelError(
      'output-exists',
      `${target} exists already. Choose another place, or say that it may be replaced.`,
      { target },
    );
  }
  const partial = `${target}.partial-${process.pid}`;
  beingBuilt.add(target);
  try {
    await mkdir(partial, { recursive: true });
    const result = await build(partial);
    await moveIntoPlace(partial, target);
    return result;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw explainFileError(error, target);
  } finally {
    beingBuilt.delete(target);
  }
}

/** Targets that this process is building. */
const beingBuilt = new Set<string>();

async function moveIntoPlace(partial: string, target: string): Promise<void> {
  const replaced = `${target}.replaced-${process.pid}`;
  const isReplacing = existsSync(target);
  if (isReplacing) await rename(target, replaced);
  try {
    await rename(partial, target);
  } catch (error) {
    if (isReplacing) await rename(replaced, target);
    throw error;
  }
  if (isReplacing) await rm(replaced, { recursive: true, force: true });
}

/**
 * Deals with what processes that no longer run left beside the target: half-built folders go; a folder that was moved aside comes back when
 * its process died before the new one took its place.
 */
async function clearUp(target: string): Promise<void> {
  const parent = dirname(target);
  const names = existsSync(parent) ? await readdir(parent) : [];
  for (const name of names) {
    const [, kind, pid] = /^\.(partial|replaced)-(\d+)$/.exec(leftoverSuffix(name, basename(target))) ?? [];
    const isLeft =
      pid !== undefined && (Number(pid) === process.pid ? !beingBuilt.has(target) : !isRunning(Number(pid)));
    if (!isLeft) continue;
    if (kind === 'replaced' && !existsSync(target)) await rename(join(parent, name), target);
    else await rm(join(parent, name), { recursive: true, force: true });
  }
}

function leftoverSuffix(name: string, base: string): string {
  return name.startsWith(base) ? name.slice(base.length) : '';
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0); // signal 0 only asks
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** The error as a sentence when it is the disk's fault; unchanged otherwise. */
export function explainFileError(error: unknown, target: string): unknown {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new ModelError(
        'disk-full',
        `There is no room left on the disk of ${target}. Nothing was kept of the attempt.`,
        { target },
        error,
      );
    case 'EFBIG':
      return new ModelError(
        'output-not-writable',
        `The disk of ${target} cannot hold files as large as the model's.`,
        { target },
        error,
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
      return new ModelError('output-not-writable', `${target} cannot be written.`, { target }, error);
    default:
      return error;
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
}
