import type { Split } from '../../../common/document/records.ts';
import { AppError } from '../../../common/errors.ts';
import type { FileTree } from '../dataset/file-tree.ts';
import type { FormatSource } from '../format.ts';
import { plainJson } from '../json-sources.ts';

export interface JsonPart {
  readonly source: FormatSource;
  /** That its name says; null where it says none. */
  readonly split: Split | null;
}

const part = /_(train|val|test)\.json$/iu;

/** The one JSON file that was given, or the files of its parts ("a_train.json" and "a_val.json"). @throws AppError 'bad-file' for none, and for several of something else */
export async function jsonParts(tree: FileTree, format: string, signal: AbortSignal): Promise<JsonPart[]> {
  const names = tree.names.filter((name) => /\.json$/iu.test(name));
  const wholes = new Set(names.map((name) => name.replace(part, '')));
  if (
    names.length === 0 ||
    (names.length > 1 && (wholes.size > 1 || !names.every((name) => part.test(name))))
  )
    throw new AppError('bad-file', `${format} is one JSON file; here are ${names.length}.`);
  return Promise.all(
    names.map(async (name) => {
      const data = (await tree.read(name)) ?? new Uint8Array();
      // Holds because the pattern names the three parts.
      const split = (part.exec(name)?.[1]?.toLowerCase() ?? null) as Split | null;
      return { source: await plainJson({ kind: 'bytes', name, data }, signal), split };
    }),
  );
}
