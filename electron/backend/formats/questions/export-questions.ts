import { extname } from 'node:path';
import type { FormatInfo } from '../../../common/contract.ts';
import type { ImageRecord, Split } from '../../../common/document/records.ts';
import { AppError } from '../../../common/errors.ts';
import { chosenImages } from '../chosen-images.ts';
import type { DatasetFile } from '../dataset/dataset.ts';
import { openTree } from '../dataset/file-tree.ts';
import { pictureFiles } from '../dataset/picture-files.ts';
import { withoutEnding } from '../match-images.ts';
import { partsOf } from '../dataset/split-images.ts';
import { writeSet } from '../dataset/write-set.ts';
import {
  createLossList,
  optionOf,
  type ExportJob,
  type ExportOutcome,
  type LossList,
  type Progress,
} from '../format.ts';
import { fingerprintOf } from '../mask-fingerprint.ts';
import { planQuestions, questionsOfImage } from '../muse/muse-export.ts';
import { type ReviewPolicy, whereIs } from '../usable-targets.ts';
import { writeAndCheck } from '../written-export.ts';
import type { CarriedQuestion, QuestionReader, QuestionsToWrite, QuestionWriter } from './question-set.ts';
import { addTo } from '../../../common/grouped.ts';

/** The export of every format of questions with masks: plans, lets the format write, then reads it again and compares questions, answers and pixels. */
export async function* exportQuestions(
  job: ExportJob,
  info: FormatInfo,
  { writer, read }: { readonly writer: QuestionWriter; readonly read: QuestionReader },
): AsyncGenerator<Progress, ExportOutcome> {
  const losses = createLossList();
  const images = imagesToWrite(job, info, losses);
  const expected = new Map(images.map((image) => [image.name, writer.carries(image, losses)]));
  const carried = [...expected.values()].flat();
  if (carried.length === 0) throw nothingLeft(losses);
  const written = images.filter(({ name }) => (expected.get(name) ?? []).length > 0);
  const count = { done: 0 };
  async function* files(): AsyncGenerator<DatasetFile> {
    for await (const file of allFiles(job, info, written, writer, losses)) {
      yield file;
      count.done++;
    }
  }
  return yield* writeAndCheck(job, {
    losses,
    write: (signal) => writeSet(job, files(), { losses, signal }),
    writing: () => ({ done: count.done, total: null }),
    check: (_, signal) => differences(job.path, read, { images: written, expected, signal }),
    checking: () => ({ done: 0, total: null }),
    holds: ({ files: paths }) => ({
      files: paths,
      images: written.length,
      annotations: carried.reduce((sum, { masks }) => sum + masks.length, 0),
      categories: 0,
    }),
  });
}

function imagesToWrite(job: ExportJob, info: FormatInfo, losses: LossList): QuestionsToWrite[] {
  const chosen = (name: string): string => optionOf(info, job.options, name);
  // Holds because `checkOptions` admits nothing but the values listed.
  const review = chosen('review') as ReviewPolicy;
  const plan = planQuestions(job, { review, history: 'none', part: 'all' }, losses);
  const images = chosenImages(job.contents, job.imageIds, losses);
  const hasSplit = info.options.some(({ name }) => name === 'split');
  const parts = hasSplit ? partsOf(images, chosen, losses) : new Map<ImageRecord, Split>();
  return images.map((record, index) => {
    const { masks, questions } = questionsOfImage(plan, record);
    if (questions.length === 0)
      losses.add('Images left out: nothing was asked and answered about them', record.name);
    const named = new Set(questions.flatMap(({ targets }) => targets.map(({ id }) => id)));
    const categoryOf = new Map<string, string>();
    for (const [id, { annotation }] of masks) {
      if (!named.has(id))
        losses.add('Targets left out: no answer that is written names them', whereIs(annotation, record));
      const number = plan.numbering.categoryNumber(annotation) ?? 0;
      categoryOf.set(id, plan.numbering.categories[number - 1]?.name ?? annotation.name);
    }
    return {
      ...{ record, name: plan.names.get(record.id) ?? record.name, number: index + 1 },
      ...{ split: parts.get(record) ?? null, questions, categoryOf },
    };
  });
}

function nothingLeft(losses: LossList): AppError {
  const why = losses.losses.map(({ what, count }) => `${what} (${count})`).join('; ');
  return new AppError('nothing-to-export', `No question is left that this format can carry. ${why}`.trim(), {
    losses: losses.losses,
  });
}

async function* allFiles(
  job: ExportJob,
  info: FormatInfo,
  images: readonly QuestionsToWrite[],
  writer: QuestionWriter,
  losses: LossList,
): AsyncGenerator<DatasetFile> {
  const { pictureNames } = writer;
  // Where it is no choice, they belong to the format.
  if (optionOf(info, job.options, 'images') !== 'none') {
    const pictures = images.map((image) => ({ record: image.record, names: pictureNames(image) }));
    yield* pictureFiles(job, pictures, losses);
  }
  yield* writer.files(images, losses);
}

async function differences(
  path: string,
  read: QuestionReader,
  {
    images,
    expected,
    signal,
  }: {
    readonly images: readonly QuestionsToWrite[];
    readonly expected: ReadonlyMap<string, readonly CarriedQuestion[]>;
    readonly signal: AbortSignal;
  },
): Promise<string[]> {
  const losses = createLossList();
  const problems: string[] = [];
  const endings = new Map(images.map(({ name }) => [withoutEnding(name), extname(name)]));
  const byStem = new Map(images.map((image) => [withoutEnding(image.name), image]));
  const seen = new Map<string, string[]>();
  try {
    const tree = await openTree({ kind: 'path', path }, signal);
    const withEnding = (stem: string): string => `${stem}${endings.get(stem) ?? ''}`;
    for (const { wanted, read: readEntry } of await read(tree, { losses, signal, withEnding })) {
      signal.throwIfAborted();
      const image = byStem.get(withoutEnding(wanted.name));
      if (!image) {
        problems.push(`${wanted.name} is there, but was not written`);
        continue;
      }
      const { questions } = await readEntry(image.record);
      for (const { question, answer, targets } of questions)
        addTo(seen, image.name, keyOf({ question, answer, masks: targets.map(({ mask }) => mask) }));
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    problems.push(error.message);
  }
  for (const { name } of images) {
    const meant = (expected.get(name) ?? []).map(keyOf).sort();
    if (JSON.stringify((seen.get(name) ?? []).sort()) !== JSON.stringify(meant))
      problems.push(`${name} has other questions or masks`);
  }
  return [...problems, ...losses.losses.map(({ what }) => what)];
}

function keyOf({ question, answer, masks }: CarriedQuestion): string {
  return JSON.stringify([question, answer, masks.map(fingerprintOf)]);
}
