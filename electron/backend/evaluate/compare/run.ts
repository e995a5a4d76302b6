import { AppError } from '../../../common/errors.ts';
import { withoutMasks, type EvaluatedQuestion } from '../evaluated-question.ts';
import { readResultHeader, readResults } from '../result-file.ts';
import type { ResultHeader, ResultRecord } from '../result-record.ts';

/** The results of one evaluation, or what a person made of the same questions. */
export interface Run {
  /** Null for what lies in no file. */
  readonly path: string | null;
  readonly name: string;
  /** Null for a person. */
  readonly header: ResultHeader | null;
  /** By what was asked about what, the same in every run of these questions; without masks. */
  readonly questions: ReadonlyMap<string, EvaluatedQuestion>;
  /** The whole results, one after the other. */
  records(): AsyncIterable<ResultRecord>;
}

/** @throws AppError 'bad-file' for a file that is no result file, or holds no answer; 'file-not-found' */
export async function readRun(path: string): Promise<Run> {
  const header = await readResultHeader(path);
  if (!header) throw new AppError('file-not-found', `There are no results in ${path}.`, { path });
  return runOf({ path, header, name: nameOf(header, path) }, () => answered(path));
}

/** @throws AppError 'bad-file' where nothing is answered */
export async function runOf(
  facts: Pick<Run, 'path' | 'name' | 'header'>,
  records: () => AsyncIterable<ResultRecord>,
): Promise<Run> {
  const questions = new Map<string, EvaluatedQuestion>();
  for await (const record of records()) questions.set(subjectOf(record), withoutMasks(record));
  if (questions.size === 0)
    throw new AppError('bad-file', `No question is answered in ${facts.path ?? facts.name}.`, {
      path: facts.path,
    });
  return { ...facts, questions, records };
}

async function* answered(path: string): AsyncGenerator<ResultRecord> {
  for await (const line of readResults(path)) if (!('failed' in line)) yield line;
}

/** How a run is called beside others. */
function nameOf({ model, style }: ResultHeader, path: string): string {
  const file = path.split(/[/\\]/u).at(-1) ?? path;
  return `${model.name}, ${model.precision}${style === 'repository' ? ', asked as the repository' : ''} (${file})`;
}

/** A file of questions may have been written anew, in another order: image and words count, and the place where both are there twice. */
function subjectOf({ image, question, key }: Pick<ResultRecord, 'image' | 'question' | 'key'>): string {
  return JSON.stringify([image, question, key.split('/')[1]]);
}

/** The whole results of these questions. */
export async function recordsOf(run: Run, subjects: ReadonlySet<string>): Promise<Map<string, ResultRecord>> {
  const records = new Map<string, ResultRecord>();
  for await (const record of run.records()) {
    const subject = subjectOf(record);
    if (subjects.has(subject)) records.set(subject, record);
  }
  return records;
}
