import type { Loss } from '../../common/contract.ts';
import { AppError } from '../../common/errors.ts';
import type { Runs } from '../../common/runs.ts';
import { createLossList, type LossList } from '../formats/format.ts';
import { readMuse, type MuseEntry, type MuseQuestion, type MuseTurn } from '../formats/muse/muse-file.ts';
import { decodeRgb } from '../images/image-decoder.ts';
import type { RgbImage } from '../images/rgb-image.ts';
import { figuresOf, type Figures } from './figures.ts';
import { findMuseImage } from './find-image.ts';
import { createCompatMeter } from './pixellm-compat.ts';
import { scoreQuestion, type Answer, type QuestionScore } from './question-score.ts';

/** Whoever answers: the engine, or a recorded set of answers. `image.key` is the same for all questions of an image. */
export type AnswerQuestion = (
  ask: {
    readonly image: RgbImage & { readonly key: string };
    readonly question: string;
    /** Answers hold {seg} for each target. */
    readonly history: readonly MuseTurn[];
  },
  signal: AbortSignal,
) => Promise<Answer>;

export interface EvaluationOptions {
  readonly museFile: string;
  readonly imagesFolder: string;
  readonly answer: AnswerQuestion;
  /** A pixel is set where its logit exceeds this; the reference's is 0. */
  readonly threshold: number;
  /** Stops after this many questions; null for all. */
  readonly limit: number | null;
  /** Also computes gIoU and cIoU as the released repository does. */
  readonly isPixellmCompatible: boolean;
  /** How many of the worst answers to keep. */
  readonly worst: number;
  readonly signal: AbortSignal;
  readonly onProgress: (news: {
    readonly questions: number;
    readonly done: number;
    readonly total: number;
  }) => void;
}

export interface EvaluatedQuestion {
  readonly image: string;
  readonly question: string;
  readonly kinds: readonly string[];
  readonly expected: string | null;
  readonly said: string;
  readonly score: QuestionScore;
  readonly milliseconds: number;
}

/** An answer worth looking at, with what is needed to draw it. */
export interface WorstAnswer extends EvaluatedQuestion {
  readonly imagePath: string;
  readonly history: readonly MuseTurn[];
  readonly targets: readonly Runs[];
  readonly predicted: readonly Runs[];
}

export interface Evaluation {
  readonly all: Figures;
  readonly byKind: ReadonlyMap<string, Figures>;
  /** By number of targets: 0, 1, 2, 3 and more. */
  readonly byTargets: ReadonlyMap<string, Figures>;
  /** Null unless asked for. */
  readonly pixellm: { readonly gIoU: number; readonly cIoU: number } | null;
  readonly images: number;
  readonly questions: readonly EvaluatedQuestion[];
  /** Worst first. */
  readonly worst: readonly WorstAnswer[];
  /** What of the file could not be used. */
  readonly losses: readonly Loss[];
}

/**
 * Puts every question of a MUSE file to a model and measures the answers.
 *
 * @throws AppError 'bad-file' when the file is no MUSE file or none of its questions can be used; what `answer` throws
 */
export async function evaluateMuse(options: EvaluationOptions): Promise<Evaluation> {
  const run: Run = {
    options,
    losses: createLossList(),
    questions: [],
    worst: [],
    compat: createCompatMeter(),
    images: 0,
    bytes: [0, 0],
  };
  const source = { kind: 'path', path: options.museFile } as const;
  const onBytes = (done: number, total: number): void => void (run.bytes = [done, total]);
  for await (const entry of readMuse(source, { losses: run.losses, signal: options.signal, onBytes })) {
    await evaluateEntry(run, entry);
    if (isFull(run)) break;
  }
  if (run.questions.length === 0) {
    const why = run.losses.losses.map(({ what, count }) => `${what} (${count})`).join('; ');
    throw new AppError('bad-file', `No question of this file could be asked. ${why}`, {
      losses: run.losses.losses,
    });
  }
  return {
    all: figuresOf(run.questions),
    byKind: grouped(run.questions, ({ kinds }) => kinds.join('/') || 'not stated'),
    byTargets: grouped(run.questions, ({ score }) => (score.targets < 3 ? String(score.targets) : '3+')),
    pixellm: options.isPixellmCompatible ? run.compat.figures() : null,
    images: run.images,
    questions: run.questions,
    worst: run.worst,
    losses: run.losses.losses,
  };
}

interface Run {
  readonly options: EvaluationOptions;
  readonly losses: LossList;
  readonly questions: EvaluatedQuestion[];
  worst: WorstAnswer[];
  readonly compat: ReturnType<typeof createCompatMeter>;
  images: number;
  bytes: [number, number];
}

function isFull({ options, questions }: Run): boolean {
  return options.limit !== null && questions.length >= options.limit;
}

async function evaluateEntry(run: Run, entry: MuseEntry): Promise<void> {
  const loaded = await loadImage(run, entry);
  if (!loaded) return;
  run.images++;
  const forCompat: { predicted: Answer['masks']; targets: Runs[] }[] = [];
  for (const question of entry.questions) {
    if (isFull(run)) break;
    run.options.signal.throwIfAborted();
    const answer = await evaluateQuestion(run, entry, question, loaded);
    if (run.options.isPixellmCompatible) {
      forCompat.push({ predicted: answer.masks, targets: question.targets.map(({ mask }) => mask) });
    }
    const [done, total] = run.bytes;
    run.options.onProgress({ questions: run.questions.length, done, total });
  }
  if (forCompat.length > 0) run.compat.addImage(forCompat, entry);
}

interface LoadedImage {
  readonly path: string;
  readonly image: RgbImage;
}

async function loadImage({ options, losses }: Run, entry: MuseEntry): Promise<LoadedImage | null> {
  const path = await findMuseImage(options.imagesFolder, entry.image);
  if (path === null) {
    losses.add('Images left out: they are not in the folder', entry.image);
    return null;
  }
  try {
    const image = await decodeRgb(path, entry.image);
    if (image.width === entry.width && image.height === entry.height) return { path, image };
    losses.add(
      'Images left out: they are not of the size the file states',
      `${entry.image}: ${image.width} x ${image.height}`,
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    losses.add('Images left out: they cannot be read', error.message);
  }
  return null;
}

async function evaluateQuestion(
  run: Run,
  entry: MuseEntry,
  question: MuseQuestion,
  loaded: LoadedImage,
): Promise<Answer> {
  const { options } = run;
  const asked = {
    image: { ...loaded.image, key: entry.image },
    question: question.question,
    history: question.history,
  };
  const start = performance.now();
  const answer = await options.answer(asked, options.signal);
  const milliseconds = performance.now() - start;
  const { width, height } = entry;
  const { score, masks } = scoreQuestion(question, answer, { width, height, threshold: options.threshold });
  const evaluated: EvaluatedQuestion = {
    image: entry.image,
    question: question.question,
    kinds: question.kinds,
    expected: question.answer,
    said: answer.text,
    score,
    milliseconds,
  };
  run.questions.push(evaluated);
  const targets = question.targets.map(({ mask }) => mask);
  noteWorst(run, {
    ...evaluated,
    imagePath: loaded.path,
    history: question.history,
    targets,
    predicted: masks,
  });
  return answer;
}

/** Keeps the list short, so that masks of good answers are let go. */
function noteWorst(run: Run, answer: WorstAnswer): void {
  if (badness(answer) === 0) return;
  run.worst = [...run.worst, answer].sort((a, b) => badness(b) - badness(a)).slice(0, run.options.worst);
}

/** 0 for an answer without fault, up to 2. */
function badness({ score }: WorstAnswer): number {
  const drawing = score.iou === null ? Number(!score.isSetCorrect) : 1 - score.iou;
  const saying = score.isYesNoRight === false ? 1 : score.isTextExact === false ? 0.1 : 0;
  return drawing + saying;
}

function grouped(
  questions: readonly EvaluatedQuestion[],
  nameOf: (question: EvaluatedQuestion) => string,
): Map<string, Figures> {
  const groups = new Map<string, EvaluatedQuestion[]>();
  for (const question of questions) {
    const name = nameOf(question);
    const group = groups.get(name);
    if (group) group.push(question);
    else groups.set(name, [question]);
  }
  const names = [...groups.keys()].sort();
  return new Map(names.map((name) => [name, figuresOf(groups.get(name) ?? [])]));
}
