import { AppError } from '../../../common/errors.ts';
import { withoutMasks, type EvaluatedQuestion } from '../evaluated-question.ts';
import { readResultHeader, readResults } from '../result-file.ts';
import type { ResultHeader, ResultRecord } from '../result-record.ts';

/** The results of one evaluation, without masks. */
export interface Run {
  readonly path: string;
  readonly header: ResultHeader;
  /** By what was asked about what: the same in every run of these questions. */
  readonly questions: ReadonlyMap<string, EvaluatedQuestion>;
}

/** @throws AppError 'bad-file' for a file that is no result file, or holds no answer; 'file-not-found' */
export async function readRun(path: string): Promise<Run> {
  const header = await readResultHeader(path);
  if (!header) throw new AppError('file-not-found', `There are no results in ${path}.`, { path });
  const questions = new Map<string, EvaluatedQuestion>();
  for await (const line of readResults(path))
    if (!('failed' in line)) questions.set(subjectOf(line), withoutMasks(line));
  if (questions.size === 0) throw new AppError('bad-file', `No question is answered in ${path}.`, { path });
  return { path, header, questions };
}

/** A file of questions may have been written anew, in another order: image and words count, and the place where both are there twice. */
function subjectOf({ image, question, key }: Pick<ResultRecord, 'image' | 'question' | 'key'>): string {
  return JSON.stringify([image, question, key.split('/')[1]]);
}

/** The whole results of these questions. */
export async function recordsOf(
  { path }: Run,
  subjects: ReadonlySet<string>,
): Promise<Map<string, ResultRecord>> {
  const records = new Map<string, ResultRecord>();
  for await (const line of readResults(path)) {
    if ('failed' in line) continue;
    const subject = subjectOf(line);
    if (subjects.has(subject)) records.set(subject, line);
  }
  return records;
}
