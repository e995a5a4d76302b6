import type { Loss } from '../../common/contract.ts';
import { AppError } from '../../common/errors.ts';
import { isAbort } from '../../common/errors.ts';
import { createLossList, type LossList } from '../formats/format.ts';
import type { MuseEntry, MuseQuestion } from '../formats/muse/muse-file.ts';
import type { LineFile } from '../jobs/line-file.ts';
import { toAppError } from '../../inference/model-error.ts';
import type { AnswerQuestion, AskingStyle } from './asking.ts';
import { badnessOf, withoutMasks, type EvaluatedQuestion } from './evaluated-question.ts';
import type { Judge } from './judge.ts';
import { loadPicture, type LoadedPicture } from './load-picture.ts';
import { measureAnswer } from './measure-answer.ts';
import { openResults, readResults } from './result-file.ts';
import type { FailedRecord, ResultHeader, ResultRecord } from './result-record.ts';
import { sources, type SourceFormat } from './sources.ts';
import { summaryOf, type Summary } from './summary.ts';

export interface EvaluationOptions {
  /** A MUSE file, or a folder of ReasonSeg. */
  readonly museFile: string;
  readonly format: SourceFormat;
  readonly imagesFolder: string;
  readonly answer: AnswerQuestion;
  readonly model: ResultHeader['model'];
  /** A pixel is set where its logit exceeds this; the reference's is 0. */
  readonly threshold: number;
  /** Stops after this many questions; null for all. */
  readonly limit: number | null;
  /** 'repository': asked as the released repository's validation asks, with its gIoU and cIoU beside ours. */
  readonly style: AskingStyle;
  /** Null: nobody says whether the words fit. */
  readonly judge: Judge | null;
  /** Where each answer is written as it comes. */
  readonly resultFile: string;
  /** Goes on after what is in the result file. */
  readonly isResumed: boolean;
  /** How many of the worst answers to keep. */
  readonly worst: number;
  readonly signal: AbortSignal;
  readonly onProgress: (news: {
    readonly questions: number;
    readonly done: number;
    readonly total: number;
  }) => void;
}

export interface Evaluation extends Summary {
  readonly header: ResultHeader;
  readonly questions: readonly EvaluatedQuestion[];
  /** Could not be asked. */
  readonly failed: readonly FailedRecord[];
  /** Worst first. */
  readonly worst: readonly ResultRecord[];
  /** What of the file could not be used. */
  readonly losses: readonly Loss[];
  /** True where it was cancelled: the figures are of what was answered until then. */
  readonly isCutShort: boolean;
}

/**
 * Puts every question of a MUSE file to a model and measures the answers, each written to the result file when it came. A question that cannot be asked is
 * recorded with its reason; a cancel ends with the figures so far.
 *
 * @throws AppError 'bad-file' when the file is no MUSE file or none of its questions can be used; 'bad-input' when the results to resume are of something else;
 *   'disk-full' and the like
 */
export async function evaluateMuse(options: EvaluationOptions): Promise<Evaluation> {
  const { museFile, isResumed, resultFile, signal } = options;
  const source = sources[options.format](museFile);
  const losses = createLossList();
  const header = await headerFor(options);
  const run: Run = {
    options,
    losses,
    shared: await source.sharedNames(signal),
    results: await openResults(resultFile, header, { isResumed }),
    questions: new Map(),
    failed: new Map(),
    worst: [],
    bytes: [0, 0],
  };
  let isCutShort = false;
  try {
    if (isResumed) await takeBack(run);
    const onBytes = (done: number, total: number): void => void (run.bytes = [done, total]);
    for await (const entry of source.entries({ losses, signal, onBytes })) {
      await evaluateEntry(run, entry);
      if (isFull(run)) break;
    }
  } catch (error) {
    if (!isCancel(error) || run.questions.size === 0) throw error;
    isCutShort = true;
  } finally {
    await run.results.close();
  }
  if (run.questions.size === 0) throw nothingAsked(run);
  const questions = [...run.questions.values()];
  const { worst, failed } = run;
  const known = { header, questions, worst, failed: [...failed.values()], losses: losses.losses, isCutShort };
  return { ...known, ...summaryOf(questions) };
}

interface Run {
  readonly options: EvaluationOptions;
  readonly losses: LossList;
  readonly shared: ReadonlyMap<string, string>;
  readonly results: LineFile;
  readonly questions: Map<string, EvaluatedQuestion>;
  readonly failed: Map<string, FailedRecord>;
  worst: ResultRecord[];
  bytes: [number, number];
}

async function headerFor(options: EvaluationOptions): Promise<ResultHeader> {
  const { museFile, format, imagesFolder, model, threshold, style, judge, signal } = options;
  const sha256 = await sources[format](museFile).hash(signal);
  return {
    evaluation: 1,
    file: { name: museFile, format, sha256 },
    ...{ imagesFolder, model, threshold, style },
    judge: judge?.name ?? null,
    startedAt: new Date().toISOString(),
  };
}

/** What an earlier run has measured. Failed questions are asked again. */
async function takeBack(run: Run): Promise<void> {
  for await (const line of readResults(run.options.resultFile)) if (!('failed' in line)) note(run, line);
}

function note(run: Run, record: ResultRecord): void {
  run.questions.set(record.key, withoutMasks(record));
  run.failed.delete(record.key);
  if (badnessOf(record) === 0) return;
  // Short, so that masks of good answers are let go.
  run.worst = [...run.worst, record].sort((a, b) => badnessOf(b) - badnessOf(a)).slice(0, run.options.worst);
}

function isFull({ options, questions, failed }: Run): boolean {
  return options.limit !== null && questions.size + failed.size >= options.limit;
}

async function evaluateEntry(run: Run, entry: MuseEntry): Promise<void> {
  const open = entry.questions.filter(({ place }) => !run.questions.has(keyOf(entry, place)));
  if (open.length === 0) return;
  const picture = await loadPicture(entry, { folder: run.options.imagesFolder, ...run });
  if (!picture) return;
  for (const question of open) {
    if (isFull(run)) return;
    run.options.signal.throwIfAborted();
    await evaluateQuestion(run, entry, question, picture);
    const [done, total] = run.bytes;
    run.options.onProgress({ questions: run.questions.size, done, total });
  }
}

function keyOf(entry: MuseEntry, place: number): string {
  return `${entry.index}/${place}`;
}

async function evaluateQuestion(
  run: Run,
  entry: MuseEntry,
  question: MuseQuestion,
  picture: LoadedPicture,
): Promise<void> {
  const { options } = run;
  const key = keyOf(entry, question.place);
  const asked = {
    image: { ...picture.image, key: entry.image },
    question: question.question,
    history: question.history,
  };
  const start = performance.now();
  try {
    const answer = await options.answer(asked, options.signal);
    const milliseconds = performance.now() - start;
    const facts = { key, path: picture.path, entry, question, answer, milliseconds };
    const record = await measureAnswer(facts, options);
    await run.results.append(record);
    note(run, record);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (!(error instanceof AppError) || isCancel(error) || endsAll.has(error.code)) throw error;
    const { code, message } = error;
    const record = { key, image: entry.image, question: question.question, failed: { code, message } };
    await run.results.append(record);
    run.failed.set(key, record);
  }
}

/** No other question would fare better. */
const endsAll = new Set<AppError['code']>([
  'disk-full',
  'file-not-writable',
  'model-does-not-fit',
  'model-damaged',
  'provider-unavailable',
  'endpoint-refused',
  'endpoint-unreachable',
]);

function isCancel(error: unknown): boolean {
  return isAbort(error) || (error instanceof AppError && error.code === 'cancelled');
}

function nothingAsked({ losses, failed }: Run): AppError {
  const why = [
    ...losses.losses.map(({ what, count }) => `${what} (${count})`),
    ...[...failed.values()].slice(0, 3).map(({ image, failed: { message } }) => `${image}: ${message}`),
  ];
  return new AppError('bad-file', `No question of this file could be asked. ${why.join('; ')}`, {
    losses: losses.losses,
  });
}
