import { stat } from 'node:fs/promises';
import { AppError } from '../../../common/errors.ts';
import { fileError } from '../../app/file-errors.ts';
import { createBreather } from '../../formats/breather.ts';
import { isObject } from '../../formats/is-object.ts';
import { readJsonItems } from '../../formats/json-items.ts';

/** What of a MUSE file is kept to look things up in it: its words, and where each record stands. No masks. */
export interface MuseIndex {
  readonly records: readonly IndexedRecord[];
  readonly questions: readonly IndexedQuestion[];
  /** By frequency, the most frequent first. */
  readonly categories: readonly { readonly name: string; readonly count: number }[];
  readonly mostTargets: number;
}

interface IndexedRecord {
  readonly image: string;
  readonly start: number;
  readonly end: number;
}

export interface IndexedQuestion {
  /** Place of its record, and in the record's list. */
  readonly record: number;
  readonly place: number;
  readonly question: string;
  readonly answer: string;
  /** Of the targets, as the file names them. */
  readonly names: string;
  readonly categories: readonly string[];
  readonly targets: number;
}

/** @throws AppError 'bad-file' for what is no list of MUSE records; as readJsonItems */
async function indexMuseFile(
  path: string,
  how: { readonly signal: AbortSignal; readonly onBytes: (done: number, total: number) => void },
): Promise<MuseIndex> {
  const records: IndexedRecord[] = [];
  const questions: IndexedQuestion[] = [];
  const counts = new Map<string, number>();
  const breathe = createBreather(how.signal);
  for await (const items of readJsonItems({ kind: 'path', path }, { ...how, isPlaced: true })) {
    for (const { key, value, place } of items) {
      if (key !== null || !place)
        throw new AppError('bad-file', 'A MUSE file is a list with a record for each image.', { path });
      const record = isObject(value) ? value : {};
      records.push({ image: imageOf(record), ...place });
      for (const question of questionsOf(record, records.length - 1)) {
        questions.push(question);
        for (const name of question.categories) counts.set(name, (counts.get(name) ?? 0) + 1);
      }
    }
    await breathe();
  }
  if (questions.length === 0)
    throw new AppError('bad-file', 'The file holds no questions: it is no MUSE file.', { path });
  return {
    records,
    questions,
    categories: [...counts]
      .map(([name, count]) => ({ name, count }))
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
    mostTargets: questions.reduce((most, { targets }) => Math.max(most, targets), 0),
  };
}

function imageOf({ file_name: name, coco_url: address }: Readonly<Record<string, unknown>>): string {
  return typeof name === 'string' ? name : typeof address === 'string' ? address : '';
}

/** As they are written, sound or not: a browser shows what is there. */
function questionsOf(record: Readonly<Record<string, unknown>>, at: number): IndexedQuestion[] {
  const texts = listOf(record['text_answers']);
  const answers = listOf(record['answers']);
  return listOf(record['questions']).map((question, place) => {
    const targets = listOf(answers[place]).filter(isObject);
    return {
      ...{ record: at, place },
      question: textOf(question),
      answer: textOf(texts[place]),
      names: targets.map(({ rephrased_name: name }) => textOf(name)).join(' '),
      categories: [...new Set(targets.map(({ category_name: name }) => textOf(name)))].filter(Boolean),
      targets: targets.length,
    };
  });
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
