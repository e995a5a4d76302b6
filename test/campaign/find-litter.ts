import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ImageRecord } from '../../electron/common/document/records.ts';

/**
 * What lies about in the campaign's folder and nobody uses: half files, downloads of nobody, records of processes that are gone, copies without
 * a record, halves of deleted projects. What an orphan of the killed process still wrote is given the time in which the app clears it.
 */
export async function findLitter(
  root: string,
  project: string,
  known: readonly ImageRecord[],
): Promise<string[]> {
  for (const until = Date.now() + 8_000; ; await sleep(100)) {
    const litter = litterIfStill(root, project, known);
    if (litter?.length === 0 || Date.now() > until) return litter ?? ['what comes and goes without an end'];
  }
}

/** Null where something went while it was looked at: an orphan clears away behind itself. */
function litterIfStill(...where: Parameters<typeof litterIn>): string[] | null {
  try {
    return litterIn(...where);
  } catch (error) {
    // Holds because Node's file functions throw nothing else.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function litterIn(root: string, project: string, known: readonly ImageRecord[]): string[] {
  const used = new Set(known.map(({ source }) => (source.kind === 'copied' ? source.file : '')));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => {
    if (/^made\/[^/]+$/u.test(file)) return !existsSync(join(root, file, 'project.sqlite'));
    if (/(?:^|\/)images\/[^/]+$/u.test(file))
      return file.startsWith('projects/Campaign/') && !used.has(file.split('/').at(-1) ?? '');
    if (/^data\/begun\/./u.test(file))
      return !readFileSync(join(root, file), 'utf8').includes(project) && !file.includes(`/${process.pid}-`);
    if (file.includes('/snapshots/')) return /partial|-journal$/u.test(file) && isOlder(join(root, file));
    return /partial|replaced-|\.deleted|^data\/downloads\/|\.lock$|-journal$/u.test(file);
  });
}

/** Written before this process began; a safety copy it takes itself is no litter. */
function isOlder(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  return found !== undefined && found.mtimeMs < performance.timeOrigin;
}
