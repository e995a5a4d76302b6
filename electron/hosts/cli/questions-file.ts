import { readFile } from 'node:fs/promises';
import { fileError } from '../../backend/app/file-errors.ts';
import { decodedText, linesOf } from '../../backend/formats/decoded-text.ts';
import { tooMuchToAsk } from '../../common/asking-many.ts';
import { AppError } from '../../common/errors.ts';
import { questionsInJson } from './questions-in-json.ts';

export interface FileQuestions {
  /** Each once, in the order of the file. */
  readonly questions: string[];
  /** How many stood there again. */
  readonly repeated: number;
}

/**
 * The questions of a file, in whichever alphabet it is saved: a line each, JSON (questions-in-json.ts), or the column "question" of a .csv or .tsv (its first, where none
 * is called so).
 *
 * @throws AppError 'file-not-found' and the like, 'bad-file' for a file without a question, one that is no text, or one of too many
 */
export async function readQuestions(path: string): Promise<FileQuestions> {
  const data = await readFile(path).catch((error: unknown) => {
    throw fileError(error, path, 'read');
  });
  const text = decodedText(data).replace(/^\uFEFF/u, '');
  const refuse = (why: string): AppError => new AppError('bad-file', `${path} ${why}`, { path });
  // What no text holds, and pictures and archives do.
  if (/[^\P{Cc}\s\u0085]/u.test(text)) throw refuse('is no text: a question on each line is wanted.');
  const found = (await questionsIn(text, path, refuse))
    .map((question) => question.trim())
    .filter((line) => line !== '');
  if (found.length === 0) throw new AppError('bad-file', `There is no question in ${path}.`, { path });
  const questions = [...new Set(found)];
  const why = tooMuchToAsk(questions, 1);
  if (why !== null) throw refuse(`is not asked. ${why}`);
  return { questions, repeated: found.length - questions.length };
}

async function questionsIn(
  text: string,
  path: string,
  refuse: (why: string) => AppError,
): Promise<readonly string[]> {
  if (/\.[ct]sv$/iu.test(path)) return questionsOfTable(text, refuse);
  // What is meant for a program must not be read out to the model as it stands.
  if (!/^\s*[[{]/u.test(text) && !/\.(?:json|jsonl|ndjson)$/iu.test(path)) return linesOf(text);
  const questions = questionsInJson(text);
  if (questions !== null) return questions;
  throw refuse(
    'is neither a question on each line nor JSON of questions: a list of texts, or of objects with a "question", or such objects on a line each.',
  );
}

async function questionsOfTable(text: string, refuse: (why: string) => AppError): Promise<string[]> {
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
