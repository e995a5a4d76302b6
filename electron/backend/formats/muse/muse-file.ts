import { z } from 'zod';
import type { Size } from '../../../common/geometry.ts';
import { turnRecord, type TurnRecord } from '../../../common/document/records.ts';
import { AppError } from '../../../common/errors.ts';
import { differenceOf, sharedAreaOf, unionOf } from '../../../common/mask-algebra.ts';
import { emptyRuns, type Runs } from '../../../common/runs.ts';
import { isObject } from '../is-object.ts';
import { cutAtBorder, decodeSegmentation } from '../segmentation.ts';
import type { FormatSource, LossList } from '../format.ts';
import type { FileImage } from '../match-images.ts';
import { type JsonItem, readJsonItems, type ReadOptions } from '../json-items.ts';
import { kindOfJson } from '../kinds-of-json.ts';
import type { ImageFacts } from '../facts.ts';
import { readOwnFacts, type OwnFacts } from '../own-attributes.ts';
import { readOwnOfImage } from '../own-facts.ts';

/**
 * MUSE JSON: a list with one record for each image, holding questions, answers with `{seg}` where a target is named, and
 * the targets' masks in that order. Lists of ours may stand beside `questions`, which the loaders pass over: `kinds`, `history`,
 * and `turns` with what our own export knows of each answer.
 * Source: FORMATS.md section 9 (PixelLM's loaders).
 */
export interface MuseEntry extends Size {
  /** As written: a file name or the address of a COCO image. */
  readonly image: string;
  /** Only our own export writes it. */
  readonly sha256: string | null;
  /** Place of the record in the file. */
  readonly index: number;
  /** Everything known to be in the image; null for one whose mask cannot be read. */
  readonly instances: readonly MuseTarget[];
  readonly questions: readonly MuseQuestion[];
  /** What our own files say of the image beyond the format. */
  readonly own?: ImageFacts;
}

export interface MuseQuestion {
  /** Place in the record's list. */
  readonly place: number;
  readonly question: string;
  /** With `{seg}` for each target; null where the file leaves it to be built from the names. */
  readonly answer: string | null;
  readonly targets: readonly MuseTarget[];
  /** What kind of question it is, the main kind first; empty where the file does not say. */
  readonly kinds: readonly string[];
  readonly history: readonly MuseTurn[];
  /** Pixels that count for nobody; left out where there are none, as MUSE has it. */
  readonly ignored?: Runs;
  /** All that an answer names counts as one mask: expressions that mean one, benchmarks that have one. Left out where each counts by itself. */
  readonly isMerged?: boolean;
  /** Null in files of others. */
  readonly facts: TurnFacts | null;
}

export interface MuseTarget {
  readonly name: string;
  readonly category: string;
  readonly mask: Runs;
  /** As PixelLM's loaders see it, where parts overlap: only pixels that lie in exactly one part. Null where that is the mask itself. */
  readonly onceCovered: Runs | null;
  readonly facts: OwnFacts;
  /** True where our own export filed it under its name because it had no category. */
  readonly isUncategorised: boolean;
}

/** What a turn holds besides its words. */
const turnFacts = turnRecord
  .unwrap()
  .pick({ rawAnswer: true, notes: true, model: true, stats: true, createdAt: true })
  // Only finished answers are written.
  .extend({ outcome: z.enum(['answered', 'limit']) });
export type TurnFacts = z.infer<typeof turnFacts>;

export function factsOf({ outcome, rawAnswer, notes, model, stats, createdAt }: TurnRecord): TurnFacts {
  return { outcome: outcome === 'limit' ? outcome : 'answered', rawAnswer, notes, model, stats, createdAt };
}

export interface MuseTurn {
  readonly question: string;
  readonly answer: string;
}

/**
 * Entry after entry, whatever the file's size. What cannot be used is left out and said in `losses`.
 *
 * @throws AppError 'bad-file' when the file is no list, and as readJsonItems
 */
export async function* readMuse(
  source: FormatSource,
  how: {
    readonly losses: LossList;
    readonly signal: AbortSignal;
    readonly onBytes?: (done: number, total: number) => void;
    /**
     * 'measure' keeps what PixelLM's validation loader reads although the text does not fit the masks: it looks at questions and masks alone.
     */
    readonly purpose?: 'import' | 'measure';
    /** How large the picture of an entry is that does not say; null where it was not found, which was told. Left out, such entries are. */
    readonly sizeOf?: (image: Pick<FileImage, 'name' | 'sha256'>) => Size | null;
  },
): AsyncGenerator<MuseEntry> {
  let entries = 0;
  const reading = { signal: how.signal, ...(how.onBytes ? { onBytes: how.onBytes } : {}) };
  for await (const { value, index } of museRecords(source, reading)) {
    const entry = readEntry(value, index, {
      losses: how.losses,
      isMeasured: how.purpose === 'measure',
      ...(how.sizeOf ? { sizeOf: how.sizeOf } : {}),
    });
    if (entry) yield entry;
    entries++;
  }
  if (entries === 0) throw new AppError('bad-file', 'The MUSE file is an empty list.');
}

/** The list's records. A file of another shape is refused by its first member: it may have millions. */
async function* museRecords(
  source: FormatSource,
  reading: ReadOptions,
): AsyncGenerator<{ readonly value: unknown; readonly index: number }> {
  for await (const items of readJsonItems(source, reading)) {
    for (const { value, index, key } of items) {
      if (key !== null || index === null) throw noMuseFile(items);
      yield { value, index };
    }
  }
}

function noMuseFile(seen: readonly JsonItem[]): AppError {
  const keys = new Set(seen.flatMap(({ key }) => key ?? []));
  const first = seen.find(({ key, index }) => key === 'annotations' && index === 0)?.value;
  const isCoco = keys.has('images') || keys.has('annotations');
  const kind =
    kindOfJson({ isList: false, keys, first }) ?? (isCoco ? { name: 'a COCO file', format: 'coco' } : null);
  const what = kind
    ? `This is ${kind.name}, not a MUSE file, which is`
    : 'This is no MUSE file: it should be';
  const message = `${what} a list with one record for each image.`;
  return new AppError('bad-file', message, { format: kind?.format ?? null });
}

interface Reading {
  readonly losses: LossList;
  readonly isMeasured: boolean;
  readonly sizeOf?: (image: Pick<FileImage, 'name' | 'sha256'>) => Size | null;
}

/** The images that a MUSE file names, without reading its masks; what is no record is passed over here and told by `readMuse`. */
export async function museImages(source: FormatSource, signal: AbortSignal): Promise<FileImage[]> {
  const images = new Map<string, FileImage>();
  for await (const { value } of museRecords(source, { signal })) {
    const image = isObject(value) ? museImage(value) : null;
    if (image) images.set(museImageKey(image), image);
  }
  return [...images.values()];
}

/** Entries of one key mean one image. */
export function museImageKey({ name, size, sha256 }: FileImage): string {
  return JSON.stringify([name, size?.width, size?.height, sha256]);
}

function museImage(value: Readonly<Record<string, unknown>>): FileImage | null {
  const name = value['file_name'] ?? value['coco_url'];
  const { width, height, sha256 } = value;
  if (typeof name !== 'string' || name === '') return null;
  const size = isSide(width) && isSide(height) ? { width, height } : null;
  return { name, size, sha256: typeof sha256 === 'string' ? sha256 : null };
}

function readEntry(value: unknown, index: number, reading: Reading): MuseEntry | null {
  const { losses } = reading;
  const where = `record ${index}`;
  if (!isObject(value)) return leaveOut(losses, 'Images left out: their record is none', where);
  const image = value['file_name'] ?? value['coco_url'];
  if (typeof image !== 'string' || image === '')
    return leaveOut(losses, 'Images left out: they have no file name', where);
  const sha256 = typeof value['sha256'] === 'string' ? value['sha256'] : null;
  const stated = isSide(value['width']) && isSide(value['height']);
  if (!stated && reading.sizeOf === undefined)
    return leaveOut(losses, 'Images left out: they have no size', where);
  const size = stated
    ? { width: Number(value['width']), height: Number(value['height']) }
    : reading.sizeOf?.({ name: image, sha256 });
  if (!size) return null;
  const lists = readLists(value, reading, `${where}, ${image}`);
  if (!lists)
    return leaveOut(
      losses,
      'Images left out: questions and answers are not of one number',
      `${where}, ${image}`,
    );
  const questions = lists.questions.map((_, place) =>
    readQuestion(lists, place, size, reading, `${image}, question ${place}`),
  );
  const instances = listOf(value['ann_list']).map((target) => readTarget(target, size, reading, image));
  if (instances.includes(null)) losses.add('Instances left out: they have no usable mask', image);
  if (!Array.isArray(value['ann_list']) && (value['ann_list'] ?? null) !== null)
    losses.add('Instances left out: they are no list', image);
  return {
    image,
    sha256,
    index,
    own: readOwnOfImage(value, losses, where),
    width: size.width,
    height: size.height,
    instances: instances.filter((target) => target !== null),
    questions: questions.filter((question) => question !== null),
  };
}

function leaveOut(losses: LossList, why: string, where: string): null {
  losses.add(why, where);
  return null;
}

function isSide(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

interface ParallelLists {
  readonly questions: readonly unknown[];
  readonly answers: readonly unknown[];
  readonly texts: readonly unknown[] | null;
  readonly kinds: readonly unknown[] | null;
  readonly history: readonly unknown[] | null;
  readonly turns: readonly unknown[] | null;
}

/** Null when they differ in length: no reader could then tell which answer belongs to which question. */
function readLists(
  value: Readonly<Record<string, unknown>>,
  { losses, isMeasured }: Reading,
  where: string,
): ParallelLists | null {
  const optional = (name: string): readonly unknown[] | null =>
    Array.isArray(value[name]) ? value[name] : null;
  const lists = {
    questions: listOf(value['questions']),
    answers: listOf(value['answers']),
    texts: optional('text_answers'),
    kinds: optional('kinds'),
    history: optional('history'),
    turns: optional('turns'),
  };
  const { length } = lists.questions;
  if (isMeasured && lists.answers.length === length) return withoutUnequal(lists, losses, where);
  const others = [lists.answers, lists.texts, lists.kinds, lists.history, lists.turns];
  return others.every((list) => list === null || list.length === length) ? lists : null;
}

/** Questions and answers are of one number; what does not fit beside them is looked away from, as the validation loader does. */
function withoutUnequal(lists: ParallelLists, losses: LossList, where: string): ParallelLists {
  const { length } = lists.questions;
  const fitting = (list: readonly unknown[] | null): readonly unknown[] | null => {
    if (list === null || list.length === length) return list;
    losses.add('Texts looked away from: they are not of one number with the questions', where);
    return null;
  };
  const { texts, kinds, history, turns } = lists;
  return {
    ...lists,
    texts: fitting(texts),
    kinds: fitting(kinds),
    history: fitting(history),
    turns: fitting(turns),
  };
}

function readQuestion(
  lists: ParallelLists,
  place: number,
  size: Size,
  reading: Reading,
  where: string,
): MuseQuestion | null {
  const { losses } = reading;
  const question = lists.questions[place];
  if (typeof question !== 'string' || question.trim() === '') {
    return leaveOut(losses, 'Questions left out: they have no text', where);
  }
  const targets = listOf(lists.answers[place]).map((target) => readTarget(target, size, reading, where));
  if (targets.includes(null))
    return leaveOut(losses, 'Questions left out: a target has no usable mask', where);
  const text = lists.texts?.[place];
  const answer = typeof text === 'string' ? text : null;
  if (answer === null && text !== null && text !== undefined)
    losses.add('Answers that are no text: built from the names of their targets', where);
  const named = answer === null ? targets.length : answer.split('{seg}').length - 1;
  if (named !== targets.length && reading.isMeasured)
    losses.add(
      'Texts that name another number of targets than there are masks: the masks are measured',
      where,
    );
  else if (named !== targets.length) {
    return leaveOut(
      losses,
      'Questions left out: the answer names another number of targets than there are masks',
      where,
    );
  }
  return {
    place,
    question,
    answer,
    targets: targets.filter((target) => target !== null),
    kinds: listOf(lists.kinds?.[place]).filter((kind) => typeof kind === 'string'),
    history: listOf(lists.history?.[place]).filter(isTurn),
    facts: readTurnFacts(lists.turns?.[place], losses, where),
  };
}

function readTurnFacts(value: unknown, losses: LossList, where: string): TurnFacts | null {
  if (value === undefined || value === null) return null;
  const { data } = turnFacts.safeParse(value);
  if (!data) losses.add('What else is known of an answer: it cannot be read', where);
  return data ?? null;
}

function isTurn(value: unknown): value is MuseTurn {
  return isObject(value) && typeof value['question'] === 'string' && typeof value['answer'] === 'string';
}

function readTarget(value: unknown, size: Size, reading: Reading, where: string): MuseTarget | null {
  if (!isObject(value)) return null;
  const { category_name: category, rephrased_name: rephrased } = value;
  const known = typeof category === 'string' ? category : '';
  try {
    const { mask, damagedParts, isCut } = decodeSegmentation(value['segmentation'], size);
    if (damagedParts.length > 0) return null;
    if (isCut) reading.losses.add(cutAtBorder, where);
    return {
      name: typeof rephrased === 'string' ? rephrased : known,
      category: known,
      mask,
      onceCovered: reading.isMeasured ? onceCovered(value['segmentation'], size) : null,
      facts: readOwnFacts(value, reading.losses, where),
      isUncategorised: value['uncategorised'] === true,
    };
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** The loaders add the parts up, and a pixel of value 2 is of no class. */
function onceCovered(segmentation: unknown, size: Size): Runs | null {
  if (!Array.isArray(segmentation) || segmentation.length < 2 || typeof segmentation[0] === 'number')
    return null;
  let once = emptyRuns(size);
  let seen = once;
  let overlaps = 0;
  for (const part of segmentation) {
    const { mask } = decodeSegmentation([part], size);
    overlaps += sharedAreaOf(seen, mask);
    once = unionOf(differenceOf(once, mask), differenceOf(mask, seen));
    seen = unionOf(seen, mask);
  }
  return overlaps === 0 ? null : once;
}
