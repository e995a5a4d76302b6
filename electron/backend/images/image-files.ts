import { open, realpath } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import type { ImageRecord } from '../../common/document/records.ts';
import { AppError } from '../../common/errors.ts';
import { imagesFolder } from '../project/project-folder.ts';
import type { ProjectStore } from '../project/project-store.ts';
import { isInside, mayRead } from '../app/allowed-paths.ts';
import { fileError } from '../app/file-errors.ts';
import { regularFile } from '../app/regular-file.ts';
import type { Host } from '../host.ts';
import { hashFile, stampOf } from './hash-file.ts';

export type ImageFileState = 'present' | 'missing' | 'changed' | 'outside';

/** Where the image's file should be. */
export function pathOfImage(store: ProjectStore, image: ImageRecord): string {
  if (image.source.kind === 'linked') return image.source.path;
  return join(imagesFolder(store.folder), image.source.file);
}

/** Which paths a door reads from, and until when it wants to. */
export interface Reader {
  readonly host: Pick<Host, 'door' | 'roots' | 'grants' | 'projectsFolder'>;
  readonly signal?: AbortSignal;
}

/**
 * What is known without reading the file: 'unread' when its size or time is not the one known. What is linked outside the door's folders is
 * 'outside', whether or not it is there: a record tells nobody of other files.
 */
export async function knownFileState(
  store: ProjectStore,
  image: ImageRecord,
  { host }: Reader,
): Promise<'present' | 'missing' | 'outside' | 'unread'> {
  const path = pathOfImage(store, image);
  if (!isAbsolute(path)) return 'missing';
  if (!(await isWithinReach(store, image, host)))
    return image.source.kind === 'linked' ? 'outside' : 'missing';
  const stamp = await stampOf(path).catch(() => null);
  if (stamp === null) return 'missing';
  const known = store.fileStamp(image.id);
  const isKnown = known?.bytes === stamp.bytes && known.modifiedMs === stamp.modifiedMs;
  return isKnown ? 'present' : 'unread';
}

/** The same, and the whole file is read where that is needed to know. */
export async function imageFileState(
  store: ProjectStore,
  image: ImageRecord,
  reader: Reader,
): Promise<ImageFileState> {
  const known = await knownFileState(store, image, reader);
  if (known !== 'unread') return known;
  const { signal } = reader;
  const path = pathOfImage(store, image);
  const found = await hashFile(path, signal).catch(() => null);
  signal?.throwIfAborted();
  if (found === null) return 'missing';
  if (found.sha256 !== image.sha256) return 'changed';
  store.noteFile(image.id, found.stamp);
  return 'present';
}

/** What is there and may not be read is not gone. */
async function refuseUnreadable(path: string): Promise<void> {
  try {
    await regularFile(path);
    await (await open(path, 'r')).close();
  } catch (error) {
    const refused = fileError(error, path, 'read');
    if (refused instanceof AppError && refused.code === 'file-not-readable') throw refused;
  }
}

/**
 * The path, once the file is known to hold the picture the project means.
 *
 * @throws AppError 'image-missing', 'image-changed', 'file-not-readable'
 */
export async function verifiedPath(store: ProjectStore, image: ImageRecord, reader: Reader): Promise<string> {
  const path = pathOfImage(store, image);
  const state = await imageFileState(store, image, reader);
  const facts = { imageId: image.id, name: image.name, path };
  if (state === 'outside') {
    const roots = reader.host.roots ?? [];
    throw new AppError(
      'image-missing',
      `${image.name} is linked at ${path}, outside the folders this server may read: ${roots.join(', ') || 'none'}. Start it with --root for that folder, or find the file in one of these.`,
      { ...facts, roots },
    );
  }
  if (state === 'missing') {
    if (await isWithinReach(store, image, reader.host)) await refuseUnreadable(path);
    throw new AppError('image-missing', `${image.name} is not where the project expects it: ${path}`, facts);
  }
  if (state === 'changed') {
    throw new AppError(
      'image-changed',
      `${image.name} was changed on disk since its masks were made: ${path}. Find the original, or use the file as it is now.`,
      facts,
    );
  }
  return path;
}

/** A copy has a plain name and lies in the project's own folder, followed through links; a linked file where the door may read. */
async function isWithinReach(
  store: ProjectStore,
  image: ImageRecord,
  host: Reader['host'],
): Promise<boolean> {
  const path = pathOfImage(store, image);
  if (image.source.kind === 'linked') return mayRead(host, path);
  if (basename(image.source.file) !== image.source.file || image.source.file === '..') return false;
  const found = await realpath(path).catch(() => null);
  return found === null || isInside(await realpath(store.folder), found) || mayRead(host, path);
}
