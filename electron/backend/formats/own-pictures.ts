import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Allow, isAllowed, isImageName } from '../images/find-image-files.ts';
import type { ImageSource } from '../images/take-in-image.ts';
import { openTree } from './dataset/file-tree.ts';
import { picturesOfSet } from './dataset/pictures-of-set.ts';
import type { Format, InspectJob, Inspection } from './format.ts';
import { type FileImage, lastPart, matchImages } from './match-images.ts';
import { foldersToKeep } from './project-images.ts';

/** A picture that lies in what was given to an import, and is meant by a name for which the project has no image. */
export interface OwnPicture {
  /** From the root of what was given, with "/". */
  readonly name: string;
  /** Reads it into memory where it lies in an archive. */
  source(copy: boolean): Promise<ImageSource | null>;
}

/**
 * What an import holds, and the pictures that it brings itself: of a folder or an archive those in it, of a file those beside it, as the names
 * in the file lead there.
 *
 * @param allow rejects for what this door may not read
 */
export async function inspectWithPictures(
  job: InspectJob,
  { inspect, allow }: Required<Pick<Format, 'inspect'>> & { readonly allow: Allow },
): Promise<{ readonly inspection: Inspection; readonly pictures: readonly OwnPicture[] }> {
  const missing: FileImage[] = [];
  const inspection = await inspect({ ...job, onMissing: (image) => missing.push(image) });
  if (missing.length === 0) return { inspection, pictures: [] };
  const candidates = (await picturesIn(job, missing, allow)).map((picture) => ({
    ...{ picture, name: lastPart(picture.name), paths: [picture.name] },
    ...{ folders: '', sha256: null, size: null },
  }));
  const pictures = new Map<string, OwnPicture>();
  // Two parts of a set may have pictures of one name, each beside its own file.
  const names = new Set(candidates.map(({ picture }) => picture.name));
  const placed = missing.map((image) => {
    const name = `${image.beside}/${image.name}`;
    return image.beside !== undefined && names.has(name) ? { ...image, name } : image;
  });
  const matches = await matchImages(placed, candidates, () => Promise.resolve(null));
  for (const [at, { image }] of matches.entries()) {
    // Holds because there is a match for each.
    if (image !== null) pictures.set(image.picture.name, called(image.picture, missing[at] as FileImage));
  }
  return { inspection, pictures: [...pictures.values()] };
}

/** A copy remembers the folders it is called with, by which the file's names find it. */
function called({ name, source }: OwnPicture, wanted: FileImage): OwnPicture {
  const folders = foldersToKeep(wanted.name) ?? '';
  return {
    name,
    source: async (copy) => {
      const found = await source(copy);
      return found === null ? null : { ...found, folders };
    },
  };
}

async function picturesIn(
  { source, signal }: InspectJob,
  missing: readonly FileImage[],
  allow: Allow,
): Promise<readonly OwnPicture[]> {
  const tree = await openTree(source, signal);
  const { root } = tree;
  if (tree.names.length === 1) return root === null ? [] : besides(root, missing, allow);
  return picturesOfSet(tree.names).map((name) => ({
    name,
    source: async (copy) => {
      if (root !== null) return { kind: 'path', path: join(root, ...name.split('/')), copy };
      const data = await tree.read(name);
      return data === null ? null : { kind: 'bytes', name, data };
    },
  }));
}

/** Those that lie where the names lead from the file's own folder. */
async function besides(folder: string, missing: readonly FileImage[], allow: Allow): Promise<OwnPicture[]> {
  const pictures: OwnPicture[] = [];
  for (const { name } of missing) {
    const folders = foldersToKeep(name);
    if (folders === null || !isImageName(name)) continue;
    const own = [...(folders === '' ? [] : folders.split('/')), lastPart(name)];
    const path = join(folder, ...own);
    if ((await isAllowed(path, allow)) && (await isFile(path)))
      pictures.push({ name: own.join('/'), source: (copy) => Promise.resolve({ kind: 'path', path, copy }) });
  }
  return pictures;
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
