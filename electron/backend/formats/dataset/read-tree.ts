import { basename } from 'node:path';
import type { ImageRecord } from '../../../common/document/records.ts';
import { grouped } from '../../../common/grouped.ts';
import type { ImportJob, InspectJob, LossList } from '../format.ts';
import { commonTail, foldersOf, lastPart, withoutEnding } from '../match-images.ts';
import type { ReadContext } from './dataset.ts';
import { type FileTree, openTree } from './file-tree.ts';

/** Hands a format's reader the files that were given, and the endings of the project's images for names without one. */
export async function readTree<Found>(
  job: InspectJob & Partial<Pick<ImportJob, 'options'>>,
  read: (tree: FileTree, context: ReadContext) => Promise<Found>,
  { losses, signal }: { readonly losses: LossList; readonly signal: AbortSignal },
): Promise<Found> {
  const tree = await openTree(job.source, signal);
  const byStem = grouped(job.contents.images, ({ name }) => withoutEnding(lastPart(name)));
  const withEnding = (path: string): string =>
    `${path}${endingMeant(path, byStem.get(lastPart(path)) ?? [])}`;
  const given = basename(job.source.kind === 'path' ? job.source.path : job.source.name);
  return read(tree, { losses, signal, withEnding, given, options: job.options ?? {} });
}

/** The ending of the image that is meant by a path without one: of several the one that shares most folders; none where that is not one. */
function endingMeant(path: string, images: readonly ImageRecord[]): string {
  const folders = foldersOf(path);
  const shared = images.map(({ source, folders: given, name }) => {
    const places = [`${given}/${name}`, ...(source.kind === 'linked' ? [source.path] : [])];
    return Math.max(...places.map((place) => commonTail(folders, foldersOf(place))));
  });
  const most = Math.max(0, ...shared);
  const endings = new Set(
    images.filter((_, at) => shared[at] === most).map(({ name }) => name.slice(withoutEnding(name).length)),
  );
  const [only = ''] = endings;
  return endings.size === 1 ? only : '';
}
