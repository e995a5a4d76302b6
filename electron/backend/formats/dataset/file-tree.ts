import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../common/errors.ts';
import { isInside } from '../../app/allowed-paths.ts';
import { fileError } from '../../app/file-errors.ts';
import type { FormatSource } from '../format.ts';
import { decodedText, refusePointer } from '../decoded-text.ts';
import { readZip } from '../zip-archive.ts';

/** What was given to an import, as files by name: a folder, an archive, or one file with its neighbours. */
export interface FileTree {
  /** Paths with "/", from the root, in order. Of a single file, itself alone. */
  readonly names: readonly string[];
  /** The folder in which the names lie on the disk; null for an archive and for bytes. */
  readonly root: string | null;
  /** The bytes of a file of the tree, or of a neighbour of the single file; null when there is none. */
  read(name: string): Promise<Uint8Array | null>;
  /** Of an archive: the length of a file in it, unpacked. Bytes; null when there is none. */
  readonly sizeOf?: (name: string) => number | null;
}

/** One annotation or mask file: the largest there is any use for. */
const largestFile = 256 * 1024 * 1024;
const mostFiles = 500_000;
const deepest = 32;

/** @throws AppError 'file-not-found', 'file-not-readable', 'bad-input' for a pipe or a device, 'too-large', 'bad-file' for a damaged archive */
export async function openTree(source: FormatSource, signal: AbortSignal): Promise<FileTree> {
  const tree = await treeOf(source, signal);
  return {
    ...tree,
    async read(name) {
      const data = await tree.read(name);
      if (data !== null) refusePointer(data, name);
      return data;
    },
  };
}

async function treeOf(source: FormatSource, signal: AbortSignal): Promise<FileTree> {
  if (source.kind === 'bytes') {
    if (isZip(source.data)) return { ...(await readZip(source.data)), root: null };
    const { name, data } = source;
    return { names: [name], root: null, read: (wanted) => Promise.resolve(wanted === name ? data : null) };
  }
  const { path } = source;
  try {
    const found = await stat(path);
    if (found.isDirectory()) return folderTree(path, await namesIn(path, signal), null);
    if (!found.isFile())
      throw new AppError('bad-input', `${path} is a pipe or a device. Save it as a file first.`, { path });
    const head = await firstBytes(path, 4);
    if (isZip(head)) return { ...(await readZip(path)), root: null };
    return folderTree(dirname(path), [basename(path)], basename(path));
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}

/** @param chosen the one file that a person pointed at, which may be a link to anywhere */
function folderTree(folder: string, names: readonly string[], chosen: string | null): FileTree {
  return {
    names,
    root: folder,
    async read(name) {
      const parts = name.split('/');
      if (name === '' || parts.some((part) => part === '..' || part === '')) return null;
      const path = join(folder, ...parts);
      const found = await stat(path).catch(() => null);
      if (!found?.isFile()) return null;
      if (name !== chosen) await refuseLinkOut(path, folder);
      if (found.size > largestFile)
        throw new AppError('too-large', `${path} is larger than ${largestFile >> 20} MB.`, { path });
      const file = await open(path, 'r').catch((error: unknown) => {
        throw fileError(error, path, 'read');
      });
      try {
        return await file.readFile();
      } finally {
        await file.close();
      }
    },
  };
}

/** @throws AppError 'bad-input' for a path in the folder that leads out of it by a link */
export async function refuseLinkOut(path: string, folder: string): Promise<void> {
  if (isInside(await realpath(folder), await realpath(path))) return;
  throw new AppError(
    'bad-input',
    `${path} is a link that leads out of the folder. Put the file itself there.`,
    {
      path,
    },
  );
}

/** Every file below, in order; links that stay inside are followed, and one to a file elsewhere is listed, to be refused when it is read. */
async function namesIn(folder: string, signal: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  const root = await realpath(folder);
  /** What a link leads to; null for nothing, for a folder elsewhere, and for one that it lies in itself. */
  const behind = async (name: string): Promise<'file' | 'folder' | null> => {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found?.isFile()) return 'file';
    if (!found?.isDirectory()) return null;
    const real = await realpath(path);
    return isInside(root, real) && !isInside(real, await realpath(dirname(path))) ? 'folder' : null;
  };
  const gather = async (inside: string, depth: number): Promise<void> => {
    signal.throwIfAborted();
    if (depth > deepest) return;
    const entries = await readdir(join(folder, inside), { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      const name = inside === '' ? entry.name : `${inside}/${entry.name}`;
      const link = entry.isSymbolicLink() ? await behind(name) : null;
      if (entry.isDirectory() || link === 'folder') await gather(name, depth + 1);
      else if (entry.isFile() || link === 'file') names.push(name);
      if (names.length > mostFiles)
        throw new AppError('too-large', `The folder holds more than ${mostFiles} files.`, { folder });
    }
  };
  await gather('', 0);
  return names;
}

/** As many of a file's first bytes as asked for, or all of a shorter one. */
export async function firstBytes(path: string, count: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** By its first four bytes. */
export function isZip(data: Uint8Array): boolean {
  return data[0] === 0x50 && data[1] === 0x4b && data[2] === 3 && data[3] === 4;
}

/** The text of a file; null when there is none. */
export async function textOf(tree: FileTree, name: string): Promise<string | null> {
  const data = await tree.read(name);
  return data === null ? null : decodedText(data);
}
