import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import type { AppContract } from '../common/contract.ts';
import type { OutputOf } from '../common/messages.ts';
import { isImageName } from './images/find-image-files.ts';
import { isProjectFolder } from './project/project-folder.ts';
import type { Host } from './host.ts';
import { allowedPath } from './app/allowed-paths.ts';
import { fileError } from './app/file-errors.ts';

type Listing = OutputOf<AppContract['files.list']>;
type Entry = Listing['entries'][number];
const byName = new Intl.Collator('en', { numeric: true }).compare;

/**
 * What is in a folder, for the doors without dialogs of their own. Null is where to begin: the only root, the list of roots, or the home
 * folder where nothing is restricted. Hidden files are left out.
 */
export async function listFiles(host: Host, folder: string | null): Promise<Listing> {
  const start = folder ?? (host.roots === null ? homedir() : host.roots.length === 1 ? host.roots[0] : null);
  if (start === null || start === undefined)
    return { folder: '', parent: null, entries: await entriesOf(host.roots ?? []) };
  const path = await allowedPath(host, start);
  try {
    const names = (await readdir(path)).filter((name) => !name.startsWith('.')).sort(byName);
    const entries = await entriesOf(names.map((name) => join(path, name)));
    const folders = entries.filter(({ kind }) => kind === 'folder' || kind === 'project');
    return {
      folder: path,
      parent: await parentOf(host, path),
      entries: [...folders, ...entries.filter((entry) => !folders.includes(entry))],
    };
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}

/** What vanishes or cannot be looked at while listing is left out. */
async function entriesOf(paths: readonly string[]): Promise<Entry[]> {
  const entries = await Promise.all(
    paths.map(async (path): Promise<Entry[]> => {
      const found = await stat(path).catch(() => null);
      if (found === null) return [];
      const kind = found.isDirectory()
        ? (await isProjectFolder(path))
          ? 'project'
          : 'folder'
        : kindOfFile(path);
      return [{ name: basename(path) || path, path, kind, bytes: found.isDirectory() ? 0 : found.size }];
    }),
  );
  return entries.flat();
}

function kindOfFile(path: string): Entry['kind'] {
  if (isImageName(path)) return 'image';
  const ending = extname(path).toLowerCase();
  const kinds = { '.json': 'json', '.jsonl': 'results', '.onnx': 'graph' } as const;
  return kinds[ending as keyof typeof kinds] ?? 'other'; // another ending finds nothing
}

async function parentOf(host: Host, path: string): Promise<string | null> {
  const parent = dirname(path);
  if (parent === path) return null;
  return allowedPath(host, parent).catch(() => null);
}
