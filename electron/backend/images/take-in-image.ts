import { randomUUID } from 'node:crypto';
import { chmod, constants, copyFile, link, lstat, rm, writeFile } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { newImageId } from '../../common/document/new-ids.ts';
import type { newImage } from '../../common/document/new-records.ts';
import { fileError } from '../app/file-errors.ts';
import { syncFile, syncFolder } from '../app/sync-to-disk.ts';
import { noteBegunCopy, readyImagesFolder } from '../project/begun-copies.ts';
import type { FileStamp } from '../project/image-file-table.ts';
import { imagesFolder } from '../project/project-folder.ts';
import { hashBytes, hashFile, stampOf } from './hash-file.ts';
import { decodePicture } from './image-decoder.ts';
import type { Pictures } from './pictures.ts';

/** A picture on its way into a project: a file that is linked or copied, or bytes that are always copied. */
export type ImageSource = (
  | { readonly kind: 'path'; readonly path: string; readonly copy: boolean }
  | { readonly kind: 'bytes'; readonly name: string; readonly data: Uint8Array }
) & {
  /** Folders that belong to its name; left out for none. */
  readonly folders?: string;
};

/** Ready to be committed; `order` is the caller's to give. */
export interface TakenImage {
  readonly record: Omit<Parameters<typeof newImage>[0], 'order'>;
  readonly stamp: FileStamp;
  /** What a person should know of how the picture was read. */
  readonly notes: readonly string[];
}

export function nameOfSource(source: ImageSource): string {
  return basename(source.kind === 'path' ? source.path : source.name.replaceAll('\\', '/')) || 'picture';
}

/**
 * Decodes the whole picture before anything is kept, so that a damaged file is refused here and not met later.
 *
 * @param knows says whether the project has this picture already
 * @returns null when it has
 * @throws AppError of image-decoder.ts and file-errors.ts
 */
export async function takeInImage(options: {
  readonly source: ImageSource;
  readonly projectFolder: string;
  readonly pictures: Pictures;
  readonly knows: (sha256: string) => boolean;
  readonly signal: AbortSignal;
}): Promise<TakenImage | { readonly alreadyThere: string }> {
  const { source, signal } = options;
  const name = nameOfSource(source).slice(0, 1024);
  const hashed =
    source.kind === 'path'
      ? await hashFile(source.path, signal)
      : { sha256: await hashBytes(source.data, signal), stamp: null };
  const { sha256 } = hashed;
  if (options.knows(sha256)) return { alreadyThere: sha256 };
  const { image: pixels, notes } = await decodePicture(
    source.kind === 'path' ? source.path : source.data,
    name,
  );
  signal.throwIfAborted();
  await options.pictures.adopt(sha256, pixels);
  const isCopied = source.kind === 'bytes' || source.copy;
  const placed = isCopied
    ? await copyIn(source, options.projectFolder, name)
    : {
        source: { kind: 'linked' as const, path: resolve(source.path) },
        stamp: hashed.stamp ?? (await stampOf(source.path)),
      };
  return {
    record: {
      id: newImageId(),
      name,
      folders: source.folders ?? '',
      source: placed.source,
      sha256,
      width: pixels.width,
      height: pixels.height,
      addedAt: new Date().toISOString(),
    },
    stamp: placed.stamp,
    notes,
  };
}

type Placed = {
  readonly source: { readonly kind: 'copied'; readonly file: string };
  readonly stamp: FileStamp;
};

/** Under another name and flushed first, then at a name that nobody had: what the images folder shows is whole. */
async function copyIn(
  source: { kind: 'path'; path: string } | { kind: 'bytes'; data: Uint8Array },
  projectFolder: string,
  name: string,
): Promise<Placed> {
  const unfinished = `${randomUUID()}.partial`;
  try {
    await noteBegunCopy(projectFolder, unfinished);
    const folder = await readyImagesFolder(projectFolder);
    const file = join(folder, unfinished);
    try {
      if (source.kind === 'path') await copyFile(source.path, file);
      else await writeFile(file, source.data);
      await chmod(file, 0o600); // a copy has the mode of its original, which may be read-only
      await syncFile(file);
      const placed = await placeExclusively(file, projectFolder, name);
      await syncFolder(folder);
      return { source: { kind: 'copied', file: placed }, stamp: await stampOf(join(folder, placed)) };
    } finally {
      await rm(file, { force: true });
    }
  } catch (error) {
    throw fileError(error, imagesFolder(projectFolder), 'write');
  }
}

/**
 * Gives the file `cup.png`, else `cup-2.png`, and so on. The name is taken by the very step that finds it free: two windows that
 * bring equal names at once never get the same.
 */
async function placeExclusively(file: string, projectFolder: string, name: string): Promise<string> {
  const legal = name.replace(/[\p{Cc}<>:"/\\|?*]+/gu, '_').slice(-180);
  const extension = extname(legal);
  const stem = legal.slice(0, legal.length - extension.length) || 'picture';
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? `${stem}${extension}` : `${stem}-${count}${extension}`;
    const place = join(imagesFolder(projectFolder), candidate);
    if (await isThere(place)) continue; // spares the record a line for each of a thousand equal names
    await noteBegunCopy(projectFolder, candidate);
    try {
      await link(file, place);
      return candidate;
    } catch (error) {
      // Holds because Node's file functions throw nothing else.
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue;
      if (await copiedExclusively(file, place)) return candidate;
    }
  }
}

/** For disks without second names of files (FAT, some network shares). False when the name is taken by now. */
async function copiedExclusively(file: string, place: string): Promise<boolean> {
  try {
    await copyFile(file, place, constants.COPYFILE_EXCL);
    await syncFile(place);
    return true;
  } catch (error) {
    // Holds for the same reason.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
