import { stat } from 'node:fs/promises';
import { join, relative, isAbsolute, resolve } from 'node:path';

/** COCO's own folders, which MUSE's addresses name. */
const cocoFolders = ['train2017', 'val2017', 'train2014', 'val2014'];

/**
 * The file of a MUSE entry: at its path under the folder, or by its bare name there or in one of COCO's folders. Names that lead
 * out of the folder find nothing.
 */
export async function findMuseImage(folder: string, name: string): Promise<string | null> {
  const bare = name.split(/[/\\]/u).at(-1) ?? name;
  const candidates = [name, bare, ...cocoFolders.map((inside) => join(inside, bare)), join('images', bare)];
  for (const candidate of candidates) {
    const path = resolve(folder, candidate);
    const inside = relative(folder, path);
    if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) continue;
    const found = await stat(path).catch(() => null);
    if (found?.isFile()) return path;
  }
  return null;
}
