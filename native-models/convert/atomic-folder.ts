import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ModelError } from '../errors.ts';

/**
 * Builds a folder under another name and gives it its own only when it is complete. Whatever interrupts the work, `target` is what it was
 * before or all of the new; what a killed process left is cleared up, or put back, by the next attempt. Of two that build the same folder
 * at once, in whatever processes, the one that began first goes on.
 *
 * @throws ModelError 'output-exists', 'disk-full' or 'output-not-writable'
 */
export async function buildFolder<Result>(
  target: string,
  overwrite: boolean,
  build: (folder: string) => Promise<Result>,
): Promise<Result> {
  const partial = `${target}.partial-${process.pid}`;
  let isOurs = false;
  try {
    await clearUp(target);
    if (existsSync(target) && !overwrite) throw exists(target);
    if (beingBuilt.has(target)) throw beingWritten(target, process.pid);
    beingBuilt.add(target);
    isOurs = true;
    await makeFolders(dirname(target));
    await mkdir(partial);
    await giveWay(target, partial);
    const result = await build(partial);
    await moveIntoPlace(partial, target, overwrite);
    return result;
  } catch (error) {
    if (isOurs) await rm(partial, { recursive: true, force: true }).catch(() => undefined); // the first error says more
    throw explainFileError(error, target);
  } finally {
    if (isOurs) beingBuilt.delete(target);
  }
}

const silentMs = 5 * 60_000;

/** Targets that this process is building. */
const beingBuilt = new Set<string>();

function exists(target: string): ModelError {
  return new ModelError(
    'output-exists',
    `${target} exists already. Choose another place, or say that it may be replaced.`,
    { target },
  );
}

function beingWritten(target: string, pid: number): ModelError {
  return new ModelError(
    'output-exists',
    `${target} is being written by another conversion (process ${pid}). Wait for it, or choose another place.`,
    { target, pid },
  );
}

/** One by one: a recursive mkdir says "no such folder" where the disk is read-only. */
async function makeFolders(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  await makeFolders(dirname(folder));
  await mkdir(folder).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error; // another one was quicker
  });
}

/** Leaves the target to whoever began before. Both look after both have begun, so that exactly one of them gives way. */
async function giveWay(target: string, partial: string): Promise<void> {
  const begun = async (folder: string): Promise<number> => (await stat(folder)).birthtimeMs;
  const ours = await begun(partial);
  for (const { name, pid, kind } of await leftovers(target)) {
    const other = join(dirname(target), name);
    if (kind !== 'partial' || pid === process.pid || !isRunning(pid) || (await isSilent(other))) continue;
    const theirs = await begun(other).catch(() => Number.POSITIVE_INFINITY); // done meanwhile
    if (theirs < ours || (theirs === ours && pid < process.pid)) throw beingWritten(target, pid);
  }
}

async function moveIntoPlace(partial: string, target: string, overwrite: boolean): Promise<void> {
  const replaced = `${target}.replaced-${process.pid}`;
  const isReplacing = existsSync(target);
  if (isReplacing && !overwrite) throw exists(target); // it came while we were building
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
  for (const { name, kind, pid } of await leftovers(target)) {
    if (pid === process.pid ? beingBuilt.has(target) : isRunning(pid)) continue;
    const path = join(dirname(target), name);
    if (kind === 'replaced' && !existsSync(target)) await rename(path, target);
    else await rm(path, { recursive: true, force: true });
  }
}

/** Folders beside the target that an attempt at it makes, whoever's it is. */
async function leftovers(
  target: string,
): Promise<{ readonly name: string; readonly kind: 'partial' | 'replaced'; readonly pid: number }[]> {
  const parent = dirname(target);
  const names = existsSync(parent) ? await readdir(parent) : [];
  return names.flatMap((name) => {
    const [, kind, pid] = /^\.(partial|replaced)-(\d+)$/.exec(leftoverSuffix(name, basename(target))) ?? [];
    return kind === 'partial' || kind === 'replaced' ? [{ name, kind, pid: Number(pid) }] : [];
  });
}

/** A conversion writes all the time: where nothing was written for long, the process id is somebody else's by now. */
async function isSilent(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  const times = await Promise.all(
    [folder, ...names.map((name) => join(folder, name))].map((path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  return Date.now() - Math.max(...times) > silentMs;
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

/** Why a place cannot be written, by the system's code. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission is missing',
  EPERM: 'permission is missing',
  EROFS: 'its disk is read-only',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'a folder lies where a file should be',
  ENAMETOOLONG: 'its name is too long for the disk',
  ELOOP: 'its links lead in a circle',
  ENOENT: 'the folder it should lie in is gone',
  EINVAL: 'the disk takes no such name',
  EFBIG: "the disk cannot hold files as large as the model's",
  EIO: 'the disk failed',
  ENODEV: 'the disk is gone',
  ENXIO: 'the disk is gone',
  EBUSY: 'it is in use',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EMLINK: 'the folder is full',
  ETIMEDOUT: 'the disk does not answer',
  ESTALE: 'the disk does not answer',
};

/** The error as a sentence when it is the disk's fault; unchanged otherwise. */
export function explainFileError(error: unknown, target: string): unknown {
  const code = codeOf(error);
  if (error instanceof ModelError || typeof code !== 'string') return error;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new ModelError(
      'disk-full',
      `There is no room left on the disk of ${target}. Nothing was kept of the attempt.`,
      { target },
      error,
    );
  if (code === 'EEXIST' || code === 'ENOTEMPTY') return exists(target);
  const reason = reasons[code];
  if (reason === undefined) return error;
  return new ModelError(
    'output-not-writable',
    `${target} cannot be written: ${reason}.`,
    { target, reason: code },
    error,
  );
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
}
