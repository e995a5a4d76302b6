import type { InspectJob, LossList } from '../format.ts';
import { lastPart } from '../match-images.ts';
import type { ReadContext } from './dataset.ts';
import { type FileTree, openTree, withoutEnding } from './file-tree.ts';

/** Hands a format's reader the files that were given, and the endings of the project's images for names without one. */
export async function readTree<Found>(
  job: InspectJob,
  read: (tree: FileTree, context: ReadContext) => Promise<Found>,
  { losses, signal }: { readonly losses: LossList; readonly signal: AbortSignal },
): Promise<Found> {
  const tree = await openTree(job.source, signal);
  const endings = new Map<string, string>();
  for (const { name } of job.contents.images)
    endings.set(withoutEnding(lastPart(name)), name.slice(withoutEnding(name).length));
  const withEnding = (path: string): string => `${path}${endings.get(lastPart(path)) ?? ''}`;
  return read(tree, { losses, signal, withEnding });
}
