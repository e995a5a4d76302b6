import { readFile } from 'node:fs/promises';
import { fileError } from '../../backend/app/file-errors.ts';
import { decodedText, linesOf } from '../../backend/formats/decoded-text.ts';
import { AppError } from '../../common/errors.ts';

/** What one run takes; the contract refuses more. */
const mostQuestions = 100;
const longestQuestion = 20_000;

/**
 * The questions of a file, in whichever alphabet it is saved: a line each, a JSON list of texts, or the column "question" of a .csv (its first, where none is called so).
 *
 * @throws AppError 'file-not-found' and the like, 'bad-file' for a file without a question, one that is no text, or one of too many
 */
export async function readQuestions(path: string): Promise<string[]> {
  const data = await readFile(path).catch((error: unknown) => {
    throw fileError(error, path, 'read');
  });
  const text = decodedText(data).replace(/^\uFEFF/u, '');
  const refuse = (why: string): AppError => new AppError('bad-file', `${path} ${why}`, { path });
  // What no text holds, and pictures and archives do.
  if (/[^\P{Cc}\s\u0085]/u.test(text)) throw refuse('is no text: a question on each line is wanted.');
  const asked = (await questionsIn(text, path, refuse))
    .map((question) => question.trim())
    .filter((line) => line !== '');
  if (asked.length === 0) throw new AppError('bad-file', `There is no question in ${path}.`, { path });
  if (asked.length > mostQuestions)
    throw refuse(
      `has ${asked.length} questions; one run takes ${mostQuestions}. Divide it into several files.`,
    );
  const long = asked.findIndex((question) => question.length > longestQuestion);
  if (long >= 0)
    throw refuse(
      `is not asked: question ${long + 1} has ${asked[long]?.length} characters, ${longestQuestion} are the most.`,
    );
  return asked;
}

async function questionsIn(
  text: string,
  path: string,
  refuse: (why: string) => AppError,
): Promise<readonly string[]> {
  if (/\.csv$/iu.test(path)) return questionsOfCsv(text, refuse);
  if (!text.trimStart().startsWith('[')) return linesOf(text);
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  } catch {
    // Said below, as for JSON of another shape.
  }
  throw refuse('is neither a list of texts in JSON nor a question on each line.');
}

async function questionsOfCsv(text: string, refuse: (why: string) => AppError): Promise<string[]> {
  const [head = [], ...rows] = await rowsOf(text, refuse);
  const column = head.findIndex((name) => /^questions?$/iu.test(name.trim()));
  return (column < 0 ? [head, ...rows] : rows).map((row) => row[Math.max(0, column)] ?? '');
}

/** Divided by commas, or by semicolons (Excel in most of Europe) or tabs where the first row has more of those. */
async function rowsOf(text: string, refuse: (why: string) => AppError): Promise<string[][]> {
  // Few commands read a table.
  const { CsvError, parse } = await import('csv-parse/sync');
  const [first = ''] = linesOf(text);
  const count = (sign: string): number => first.split(sign).length;
  const [delimiter = ','] = [',', ';', '\t'].toSorted((a, b) => count(b) - count(a));
  try {
    return parse(text, { delimiter, relax_quotes: true, relax_column_count: true, skip_empty_lines: true });
  } catch (error) {
    if (error instanceof CsvError) throw refuse(`is no table: ${error.message}.`);
    throw error;
  }
}
