import type { ImageRecord } from '../../common/document/records.ts';
import { grouped } from '../../common/grouped.ts';

/** What each image is called among the others: its name, with as many of its folders before it as tell it from those of the same name. */
export function namesApart(images: readonly ImageRecord[]): ReadonlyMap<ImageRecord['id'], string> {
  const named = new Map<ImageRecord['id'], string>();
  for (const [name, alike] of grouped(images, (image) => image.name)) {
    const paths = alike.map((image) => foldersOf(image));
    const most = paths.reduce((longest, { length }) => Math.max(longest, length), 0);
    const shown = (depth: number): string[] =>
      paths.map((folders) => [...folders.slice(Math.max(0, folders.length - depth)), name].join('/'));
    let depth = 0;
    while (alike.length > 1 && depth < most && new Set(shown(depth)).size < alike.length) depth++;
    for (const [at, label] of shown(depth).entries()) {
      const image = alike[at];
      if (image !== undefined) named.set(image.id, label);
    }
  }
  return named;
}

/** Outermost first. */
function foldersOf({ folders, source }: ImageRecord): string[] {
  const path = folders !== '' || source.kind !== 'linked' ? `${folders}/` : source.path;
  return path
    .split(/[\\/]/u)
    .slice(0, -1)
    .filter((folder) => folder !== '');
}
