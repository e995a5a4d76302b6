import type { ExportJob, LossList } from '../format.ts';
import { type FileToWrite, writeFiles } from '../pictures/picture-export.ts';
import { earlierParts } from './earlier-parts.ts';

/** Writes the files of a data set to the job's path; of one that was there before and was divided otherwise, what stood elsewhere goes. */
export function writeSet(
  { path, guard }: Pick<ExportJob, 'path' | 'guard'>,
  files: AsyncIterable<FileToWrite>,
  { losses, signal }: { readonly losses: LossList; readonly signal: AbortSignal },
): Promise<{ readonly files: string[] }> {
  return writeFiles(path, files, {
    ...{ guard, signal, supersedes: earlierParts },
    onGone: (name) =>
      losses.add('Files of an earlier export, for another part of the data set: removed', name),
  });
}
