import { stat } from 'node:fs/promises';
import { join, relative, isAbsolute, resolve, sep } from 'node:path';
import { lastPart } from '../formats/match-images.ts';

/** COCO's own folders, which MUSE's addresses name. */
const cocoFolders = ['train2017', 'val2017', 'train2014', 'val2014'];

export interface FoundImage {
  readonly path: string;
  /** False where only the bare name fits: the folders of the name are not there. */
  readonly isWholeName: boolean;
}

/**
 * The file of a MUSE entry: at its path under the folder, or by its bare name there or in one of COCO's folders. Names that lead
 * out of the folder find nothing. Windows paths are read as such.
 */
export async function findMuseImage(folder: string, name: string): Promise<FoundImage | null> {
  const bare = lastPart(name);
  const candidates = [
    name,
    ...(name.includes('\\') ? [name.replaceAll('\\', '/')] : []),
    ...[bare, ...cocoFolders.map((inside) => join(inside, bare)), join('images', bare)],
  ];
  for (const candidate of candidates) {
    const path = resolve(folder, candidate);
    const inside = relative(folder, path);
    if (inside === '' || inside.split(sep)[0] === '..' || isAbsolute(inside)) continue;
    const found = await stat(path).catch(() => null);
    if (found?.isFile()) return { path, isWholeName: candidate === name || /[/\\]/u.test(candidate) };
  }
  return null;
}
