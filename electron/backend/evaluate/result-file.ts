import { rm } from 'node:fs/promises';
import { AppError } from '../../common/errors.ts';
import { openLineFile, readLines, type LineFile } from '../jobs/line-file.ts';
import {
  failedRecord,
  resultHeader,
  resultRecord,
  type FailedRecord,
  type ResultHeader,
  type ResultRecord,
} from './result-record.ts';

export type ResultLine = ResultRecord | FailedRecord;

/**
 * The header, or null for a file without one.
 *
 * @throws AppError 'bad-file' for a file that is not ours, 'file-not-readable'
 */
export async function readResultHeader(path: string): Promise<ResultHeader | null> {
  for await (const line of readLines(path)) return headerOf(line, path);
  return null;
}

function headerOf(line: unknown, path: string): ResultHeader {
  const { data } = resultHeader.safeParse(line);
  if (!data) throw new AppError('bad-file', `${path} is no result file of "pixellm evaluate".`, { path });
  return data;
}

/**
 * Question after question as they were written; where one was asked twice, both come.
 *
 * @throws AppError 'bad-file' naming the line
 */
export async function* readResults(path: string): AsyncGenerator<ResultLine> {
  let number = 0;
  for await (const line of readLines(path)) {
    if (++number === 1) {
      headerOf(line, path);
      continue;
    }
    const read = resultRecord.safeParse(line).data ?? failedRecord.safeParse(line).data;
    if (!read)
      throw new AppError('bad-file', `Line ${number} of ${path} is no result.`, { path, line: number });
    yield read;
  }
}

/**
 * Opens the file to write on: a new one with its header, or one that was broken off.
 *
 * @throws AppError 'bad-input' when the results there are of something else; what a full disk and the like throw
 */
export async function openResults(
  path: string,
  header: ResultHeader,
  { isResumed }: { readonly isResumed: boolean },
): Promise<LineFile> {
  if (!isResumed) await rm(path, { force: true });
  const known = isResumed ? await readResultHeader(path) : null;
  if (known) checkSame(known, header, path);
  const file = await openLineFile(path);
  try {
    if (!known) await file.append(header);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Numbers of two models, or of two ways of asking, must not end up in one file. */
function checkSame(known: ResultHeader, now: ResultHeader, path: string): void {
  const facts: readonly [string, (header: ResultHeader) => unknown][] = [
    ['questions', ({ file }) => file.sha256],
    ['model', ({ model }) => `${model.name}, ${model.precision}`],
    ['threshold', ({ threshold }) => threshold],
    ['way of asking', ({ style }) => style],
    ['judge', ({ judge }) => judge],
  ];
  const other = facts.filter(([, of]) => of(known) !== of(now)).map(([name]) => name);
  if (other.length === 0) return;
  throw new AppError(
    'bad-input',
    `The results in ${path} are of another ${other.join(', another ')}: name another file, or start anew without --resume.`,
    { path, other },
  );
}
