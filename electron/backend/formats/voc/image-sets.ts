import type { Split } from '../../../common/document/records.ts';
import { type FileTree, textOf } from '../dataset/file-tree.ts';
import { linesOf } from '../decoded-text.ts';

/** The part that each image belongs to, by its name without an ending; of a folder of ImageSets. */
export async function splitsOf(tree: FileTree, folder: string): Promise<Map<string, Split>> {
  const splits = new Map<string, Split>();
  for (const part of ['train', 'val', 'test'] as const) {
    const text = await textOf(tree, `${folder}${part}.txt`);
    for (const line of linesOf(text ?? '')) if (line.trim() !== '') splits.set(line.trim(), part);
  }
  return splits;
}
