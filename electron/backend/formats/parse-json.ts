import { randomUUID } from 'node:crypto';

/** What JSON.parse gives, but that whole numbers no `number` can hold are big integers, and NaN and Infinity are numbers. */
export type JsonValue = unknown;

/** Far beyond any id or measure that a program writes. */
const longestNumber = 1_000;
/** No text of a file begins like this: it is another in every process. */
const mark = `${randomUUID()}:`;
const needsCare = /(?:^|[^\d.])\d{16}|NaN|Infinity/u;
const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|-?Infinity\b|\bNaN\b/gu;

/**
 * Reads JSON as other programs write it: ids of 64 bits keep every digit (as `bigint`), and Python's `NaN`, `Infinity` and `-Infinity`
 * are what they say instead of an error.
 *
 * @throws SyntaxError as JSON.parse
 */
export function parseJson(text: string): JsonValue {
  if (!needsCare.test(text)) return JSON.parse(text);
  const marked = text.replaceAll(token, (found) => {
    if (found.startsWith('"')) return found;
    // A big integer takes the square of its digits: one of fifty million held the app for a minute.
    if (found.length > longestNumber) throw new SyntaxError(`a number of ${found.length} characters`);
    if (found.endsWith('N') || found.endsWith('y')) return `"${mark}${found}"`;
    return /^-?\d+$/u.test(found) && !Number.isSafeInteger(Number(found)) ? `"${mark}${found}"` : found;
  });
  if (marked === text) return JSON.parse(text);
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? unmarked(value.slice(mark.length)) : value,
  );
}

function unmarked(text: string): number | bigint {
  return text.endsWith('N') || text.endsWith('y') ? Number(text) : BigInt(text);
}

/** A value as the file has it, for a sentence: short, and whole numbers to the last digit. */
export function asWritten(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return String(value);
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'bigint' || (typeof inner === 'number' && !Number.isFinite(inner))
      ? String(inner)
      : inner,
  );
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
