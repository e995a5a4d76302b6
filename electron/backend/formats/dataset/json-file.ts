import { AppError } from '../../../common/errors.ts';
import type { JsonValue } from '../parse-json.ts';
import { parseJsonInTurns } from '../parse-json-in-turns.ts';
import type { FileTree } from './file-tree.ts';

/**
 * The value of a JSON file that is small enough to be held whole; others are answered while it is read. Whatever is no UTF-8 is read as
 * Windows' western alphabet, as old tools wrote it.
 *
 * @throws AppError 'bad-file'
 */
export async function jsonIn(tree: FileTree, file: string, signal: AbortSignal): Promise<JsonValue> {
  const data = withoutMark((await tree.read(file)) ?? new Uint8Array());
  try {
    return await parseJsonInTurns(data, signal).catch((error: unknown) => {
      if (!(error instanceof TypeError)) throw error;
      const text = new TextDecoder('windows-1252').decode(data);
      return parseJsonInTurns(new TextEncoder().encode(text), signal);
    });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new AppError(
      'bad-file',
      `${file} is no JSON: ${error.message.slice(0, 120)}`,
      { file },
      { cause: error },
    );
  }
}

function withoutMark(data: Uint8Array): Uint8Array {
  return data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf ? data.subarray(3) : data;
}
