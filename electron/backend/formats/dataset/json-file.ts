import { AppError } from '../../../common/errors.ts';
import { parseJson, type JsonValue } from '../parse-json.ts';

/** The value of a JSON file that is small enough to be held whole. @throws AppError 'bad-file' */
export function jsonOfFile(text: string, file: string): JsonValue {
  try {
    return parseJson(text.replace(/^\uFEFF/u, ''));
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 120) : '';
    throw new AppError('bad-file', `${file} is no JSON: ${reason}`, { file }, { cause: error });
  }
}
