import { AppError } from '../../../common/errors.ts';
import { decodedText, wideEncodingOf } from '../decoded-text.ts';
import type { JsonValue } from '../parse-json.ts';
import { parseJsonInTurns } from '../parse-json-in-turns.ts';
import type { FileTree } from './file-tree.ts';

/**
 * The value of a JSON file that is small enough to be held whole, in whichever alphabet tools write (decoded-text.ts); others are answered
 * while it is read.
 *
 * @throws AppError 'bad-file'
 */
export async function jsonIn(tree: FileTree, file: string, signal: AbortSignal): Promise<JsonValue> {
  const data = withoutMark((await tree.read(file)) ?? new Uint8Array());
  const decoded = (): Uint8Array => new TextEncoder().encode(decodedText(data));
  try {
    if (wideEncodingOf(data) !== null) return await parseJsonInTurns(decoded(), signal);
    return await parseJsonInTurns(data, signal).catch((error: unknown) => {
      if (!(error instanceof TypeError)) throw error;
      return parseJsonInTurns(decoded(), signal);
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
