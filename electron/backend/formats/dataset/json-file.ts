import { AppError } from '../../../common/errors.ts';
import { decodedText, wideEncodingOf } from '../decoded-text.ts';
import type { JsonValue } from '../parse-json.ts';
import { parseJsonInTurns } from '../parse-json-in-turns.ts';
import type { LossList } from '../format.ts';
import type { FileTree } from './file-tree.ts';

/**
 * The value of a JSON file that is small enough to be held whole, in whichever alphabet tools write (decoded-text.ts); others are answered
 * while it is read.
 *
 * @throws AppError 'bad-file'
 */
async function jsonIn(tree: FileTree, file: string, signal: AbortSignal): Promise<JsonValue> {
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

/**
 * The JSON files of what was given, one after the other. Of many one may be damaged, which is told; the only one may not.
 *
 * @throws AppError 'bad-file' where none can be read
 */
export async function* jsonFilesIn(
  tree: FileTree,
  { losses, signal }: { readonly losses: LossList; readonly signal: AbortSignal },
): AsyncGenerator<{ readonly file: string; readonly value: JsonValue }> {
  const files = tree.names.filter((name) => /\.json$/iu.test(name));
  let read = 0;
  for (const [at, file] of files.entries()) {
    signal.throwIfAborted();
    let value: JsonValue;
    try {
      value = await jsonIn(tree, file, signal);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'bad-file') throw error;
      if (read === 0 && at === files.length - 1) throw error;
      losses.add('Files left out: they are no JSON', `${file}: ${error.message}`);
      continue;
    }
    read++;
    yield { file, value };
  }
}

function withoutMark(data: Uint8Array): Uint8Array {
  return data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf ? data.subarray(3) : data;
}
