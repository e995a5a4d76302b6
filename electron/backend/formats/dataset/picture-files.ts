import { readFile } from 'node:fs/promises';
import type { ImageRecord } from '../../../common/document/records.ts';
import type { ExportJob, LossList } from '../format.ts';

/** The original files of images, byte for byte, under each of the names given; what cannot be read is told. */
export async function* pictureFiles(
  { pathOf, signal }: Pick<ExportJob, 'pathOf' | 'signal'>,
  images: Iterable<{ readonly record: ImageRecord; readonly names: readonly string[] }>,
  losses: LossList,
): AsyncGenerator<{ readonly name: string; readonly data: Uint8Array }> {
  for (const { record, names } of images) {
    signal.throwIfAborted();
    const path = pathOf(record);
    const data = path === null ? null : await readFile(path).catch(() => null);
    if (data) for (const name of names) yield { name, data };
    else losses.add('Pictures not copied: their file cannot be read', record.name);
  }
}
