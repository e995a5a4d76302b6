import { stat } from 'node:fs/promises';
import { AppError } from '../../../common/errors.ts';
import { fileError } from '../../app/file-errors.ts';
import { createBreather } from '../../app/breather.ts';
import { isObject } from '../../formats/is-object.ts';
import { readJsonItems } from '../../formats/json-items.ts';
import { createTextList, lastUpTo, type TextList } from './text-list.ts';

/**
 * What of a MUSE file is kept to look things up in it: its words, and where each record stands. No masks, and nothing as an object of its own: the file of
 * the paper's size has a quarter of a million questions. Questions are numbered in the order of the file.
 */
export interface MuseIndex {
  readonly records: {
    /** As written: a file name or an address. */
    readonly images: TextList;
    /** Bytes of the file, the end exclusive. */
    readonly starts: readonly number[];
    readonly ends: readonly number[];
    /** Number of its first question. */
    readonly firstQuestions: readonly number[];
  };
  readonly questions: {
    readonly texts: TextList;
    /** All that is searched, as `folded` gives it: question, answer, names of the targets, image. */
    readonly searched: TextList;
    readonly targets: readonly number[];
    /** Of each question, into `ofQuestions`: those of question 3 lie from ends[2] to ends[3]. */
    readonly categoryEnds: readonly number[];
    /** Places in `categories`. */
    readonly ofQuestions: readonly number[];
  };
  /** By frequency, the most frequent first. */
  readonly categories: readonly { readonly name: string; readonly count: number; readonly id: number }[];
  readonly mostTargets: number;
}

/** @throws AppError 'bad-file' for what is no list of MUSE records; as readJsonItems */
async function indexMuseFile(
  path: string,
  how: { readonly signal: AbortSignal; readonly onBytes: (done: number, total: number) => void },
): Promise<MuseIndex> {
  const index = createIndexer();
  const breathe = createBreather(how.signal);
  for await (const items of readJsonItems({ kind: 'path', path }, { ...how, isPlaced: true })) {
    for (const { key, value, place } of items) {
      if (key !== null || !place)
        throw new AppError('bad-file', 'A MUSE file is a list with a record for each image.', { path });
      index.add(isObject(value) ? value : {}, place);
      await breathe();
    }
  }
  const found = index.end();
  if (found.questions.texts.length === 0)
    throw new AppError('bad-file', 'The file holds no questions: it is no MUSE file.', { path });
  return found;
}

function createIndexer() {
  const records = {
    images: createTextList(),
    starts: [] as number[],
    ends: [] as number[],
    firstQuestions: [] as number[],
  };
  const questions = {
    texts: createTextList(),
    searched: createTextList(),
    targets: [] as number[],
    categoryEnds: [] as number[],
    ofQuestions: [] as number[],
  };
  const ids = new Map<string, number>();
  const counts: number[] = [];
  let mostTargets = 0;
  const idOf = (name: string): number => {
    const id = ids.get(name) ?? ids.size;
    ids.set(name, id);
    return id;
  };
  return {
    add(
      record: Readonly<Record<string, unknown>>,
      place: { readonly start: number; readonly end: number },
    ): void {
      const image = imageOf(record);
      records.images.add(image);
      records.starts.push(place.start);
      records.ends.push(place.end);
      records.firstQuestions.push(questions.texts.length);
      listOf(record['questions']).forEach((_, at) => {
        const { question, answer, targets } = writtenQuestion(record, at);
        questions.texts.add(question);
        questions.searched.add(
          folded(
            [question, answer, ...targets.map(({ rephrased_name: name }) => textOf(name)), image].join(' '),
          ),
        );
        questions.targets.push(targets.length);
        mostTargets = Math.max(mostTargets, targets.length);
        for (const name of new Set(targets.map(({ category_name: category }) => textOf(category)))) {
          if (name === '') continue;
          const id = idOf(name);
          counts[id] = (counts[id] ?? 0) + 1;
          questions.ofQuestions.push(id);
        }
        questions.categoryEnds.push(questions.ofQuestions.length);
      });
    },
    end: (): MuseIndex => ({
      ...{ records, questions, mostTargets },
      categories: [...ids]
        .map(([name, id]) => ({ name, id, count: counts[id] ?? 0 }))
        .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
    }),
  };
}

/** Whose record a question is, and where in its list. */
export function placeOfQuestion(
  { records }: MuseIndex,
  question: number,
): { readonly record: number; readonly place: number } {
  const { firstQuestions } = records;
  // The last one that begins there or before: records without questions share their beginning with the next.
  const record = lastUpTo(firstQuestions.length, (at) => firstQuestions[at] ?? 0, question);
  return { record, place: question - (firstQuestions[record] ?? 0) };
}

function imageOf({ file_name: name, coco_url: address }: Readonly<Record<string, unknown>>): string {
  return typeof name === 'string' ? name : typeof address === 'string' ? address : '';
}

/** As it is written, sound or not: a browser shows what is there. */
export function writtenQuestion(
  record: Readonly<Record<string, unknown>>,
  place: number,
): {
  readonly question: string;
  /** '' where there is none. */
  readonly answer: string;
  readonly targets: readonly Readonly<Record<string, unknown>>[];
} {
  return {
    question: textOf(listOf(record['questions'])[place]),
    answer: textOf(listOf(record['text_answers'])[place]),
    targets: listOf(listOf(record['answers'])[place]).filter(isObject),
  };
}

/** As texts are searched: without case and accents, single spaces and no line breaks. */
export function folded(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/\s+/gu, ' ').trim();
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** So many files are kept looked through at once. */
const mostKept = 2;

export interface MuseIndexes {
  /** From memory while the file stands as it stood; else read through. */
  of(
    path: string,
    how: { readonly signal: AbortSignal; readonly onBytes?: (done: number, total: number) => void },
  ): Promise<MuseIndex>;
}

export function createMuseIndexes(): MuseIndexes {
  const kept = new Map<string, { readonly stamp: string; readonly index: MuseIndex }>();
  return {
    async of(path, { signal, onBytes = () => undefined }) {
      const stamp = await stampOf(path);
      const known = kept.get(path);
      kept.delete(path);
      const index = known?.stamp === stamp ? known.index : await indexMuseFile(path, { signal, onBytes });
      kept.set(path, { stamp, index });
      for (const oldest of [...kept.keys()].slice(0, -mostKept)) kept.delete(oldest);
      return index;
    },
  };
}

async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs}:${size}:${ino}`;
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}
