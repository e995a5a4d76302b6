import { extname, join } from 'node:path';
import type { ExportJob, FormatSource, LossList } from '../format.ts';
import { type FileToWrite, writeFiles } from '../pictures/picture-export.ts';
import { readZip } from '../zip-archive.ts';
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

/** A file of what was written to a path as `writeSet` does. */
export async function writtenFile(path: string, name: string): Promise<FormatSource> {
  const ending = extname(path).toLowerCase();
  if (ending === '.zip') {
    const { read } = await readZip(path);
    return { kind: 'bytes', name, data: (await read(name)) ?? new Uint8Array() };
  }
  return { kind: 'path', path: ending === '.json' ? path : join(path, ...name.split('/')) };
}
