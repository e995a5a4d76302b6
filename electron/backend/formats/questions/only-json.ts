import { AppError } from '../../../common/errors.ts';
import type { FileTree } from '../dataset/file-tree.ts';
import type { FormatSource } from '../format.ts';
import { plainJson } from '../json-sources.ts';

/** The one JSON file that was given. @throws AppError 'bad-file' for none or several */
export async function onlyJson(tree: FileTree, format: string, signal: AbortSignal): Promise<FormatSource> {
  const names = tree.names.filter((name) => /\.json$/iu.test(name));
  const [name] = names;
  const data = name === undefined ? null : await tree.read(name);
  if (name === undefined || data === null || names.length > 1)
    throw new AppError('bad-file', `${format} is one JSON file; here are ${names.length}.`);
  return plainJson({ kind: 'bytes', name, data }, signal);
}
