import type { Size } from '../../../common/geometry.ts';
import type {
  AnnotationId,
  CategoryId,
  Entity,
  ImageRecord,
  TargetId,
  TurnId,
} from '../../../common/document/records.ts';
import { newTarget, newTurn } from '../../../common/document/new-records.ts';
import { toldQuestion } from '../../../common/document/references.ts';
import { answerRecords, withoutMarks, type UnmarkedAnswer } from '../../../common/muse/marked-answer.ts';
import { isEmptyMask } from '../../../common/runs.ts';
import { createBreather } from '../../app/breather.ts';
import {
  createLossList,
  type ImportJob,
  type ImportOutcome,
  type InspectJob,
  type Inspection,
  type LossList,
  type Progress,
} from '../format.ts';
import { jobOfOnly } from '../json-sources.ts';
import type { FileImage, FoundBy } from '../match-images.ts';
import { findImages } from '../project-images.ts';
import {
  museImageKey,
  museImages,
  readMuse,
  type MuseEntry,
  type MuseQuestion,
  type MuseTarget,
  type MuseTurn,
  type TurnFacts,
} from './muse-file.ts';
import { createNewRecords, type NewRecords } from '../new-records.ts';
import { oneStageImport } from '../one-stage-import.ts';

const longestQuestion = 20_000;
const longestDescription = 10_000;

function isMuseFile(name: string): boolean {
  return /(?:^|\/)muse[^/]*$/iu.test(name);
}

/** Questions become turns of the image's conversation, masks become annotations, `{seg}` the link between them. */
export function importMuse(given: ImportJob): AsyncGenerator<Progress, ImportOutcome> {
  return oneStageImport(given, 'Reading questions and masks', async ({ losses, signal, place }) => {
    const job = await jobOfOnly(given, isMuseFile);
    const questions = startQuestions(job, losses);
    const found = await findMuseImages(job, losses);
    const breathe = createBreather(signal);
    const onBytes = (done: number, total: number): void => void Object.assign(place, { done, total });
    for await (const entry of readMuse(job.source, { losses, signal, onBytes, sizeOf: found.sizeOf })) {
      await breathe();
      questions.take(entry, found.imageOf(entry));
    }
    return { ...questions.outcome(), foundBy: found.foundBy };
  });
}

/** Makes records of entries, one after the other, whatever file they came from. */
export function startQuestions(
  job: ImportJob,
  losses: LossList,
): {
  /** @param image null where none was found, which was told */
  take(entry: MuseEntry, image: ImageRecord | null): void;
  outcome(): Omit<ImportOutcome, 'foundBy' | 'losses'>;
} {
  const state: ImportState = {
    job,
    losses,
    records: createNewRecords(job, losses),
    conversations: conversationsOf(job),
    dialogue: [],
    touched: new Set(),
  };
  return {
    take: (entry, image) => importEntry(state, entry, image),
    outcome() {
      const { records, dialogue, touched } = state;
      return {
        diff: records.diff(dialogue),
        images: touched.size,
        annotations: records.count,
        categories: records.count + dialogue.length === 0 ? 0 : records.categories.length,
      };
    },
  };
}

export async function inspectMuse(given: InspectJob): Promise<Inspection> {
  const job = await jobOfOnly(given, isMuseFile);
  const { imageOf, sizeOf } = await findMuseImages(job, createLossList());
  const categories = new Set<string>();
  const counts = { images: 0, matchedImages: 0, annotations: 0 };
  for await (const entry of readMuse(job.source, {
    losses: createLossList(),
    signal: job.signal,
    sizeOf,
  })) {
    counts.images++;
    if (imageOf(entry) !== null) counts.matchedImages++;
    counts.annotations += entry.instances.length;
    for (const { category } of entry.instances) if (category !== '') categories.add(category);
  }
  return { ...counts, categories: [...categories] };
}

/** Which images the entries mean: known only when all of them are, since two entries may claim one image. */
async function findMuseImages(
  job: InspectJob,
  losses: LossList,
): Promise<{
  readonly foundBy: Readonly<Record<FoundBy, number>>;
  readonly imageOf: (entry: MuseEntry) => ImageRecord | null;
  /** Of an entry that states none. */
  readonly sizeOf: (image: Pick<FileImage, 'name' | 'sha256'>) => Size | null;
}> {
  const wanted = await museImages(job.source, job.signal);
  const { images, foundBy } = await findImages(job, wanted, losses);
  const byKey = new Map(wanted.map((image, index) => [museImageKey(image), images[index] ?? null]));
  const sizeless = (image: Pick<FileImage, 'name' | 'sha256'>): ImageRecord | null =>
    byKey.get(museImageKey({ ...image, size: null })) ?? null;
  return {
    foundBy,
    imageOf: ({ image, width, height, sha256 }) =>
      byKey.get(museImageKey({ name: image, size: { width, height }, sha256 })) ??
      sizeless({ name: image, sha256 }),
    sizeOf: sizeless,
  };
}

interface ImportState {
  readonly job: ImportJob;
  readonly losses: LossList;
  readonly records: NewRecords;
  readonly conversations: Map<string, Conversation>;
  /** Turns, each followed by its targets. */
  readonly dialogue: Entity[];
  readonly touched: Set<string>;
}

interface Conversation {
  order: number;
  /** Question and answer of every turn that was there before, and how often: a file may ask the same twice. */
  readonly said: Map<string, number>;
}

function conversationsOf({ contents }: ImportJob): Map<string, Conversation> {
  const conversations = new Map<string, Conversation>();
  for (const turn of contents.turns) {
    const here = conversations.get(turn.imageId) ?? { order: 0, said: new Map<string, number>() };
    here.order = Math.max(here.order, turn.order);
    // As it was exported: what the model was told.
    const key = saidKey(toldQuestion(turn), (turn.answer ?? []).map(({ text }) => text).join(''));
    here.said.set(key, (here.said.get(key) ?? 0) + 1);
    conversations.set(turn.imageId, here);
  }
  return conversations;
}

function saidKey(question: string, answer: string): string {
  return JSON.stringify([question, answer]);
}

function importEntry(state: ImportState, entry: MuseEntry, image: ImageRecord | null): void {
  const { losses } = state;
  // Told of where it was looked for.
  if (image === null) return;
  state.touched.add(image.id);
  state.records.noteImage(image, { ...entry.own, fileName: entry.image });
  for (const instance of entry.instances) annotationFor(state, image, instance);
  entry.questions.forEach((question, index) => {
    if (!isTold(question.history, entry.questions.slice(0, index)))
      losses.add(
        'What was said before a follow-up question: an image has one conversation here',
        `${image.name}: ${question.question.slice(0, 80)}`,
      );
    importQuestion(state, image, question);
  });
}

/** Whether the conversation itself tells what was said before a question: then nothing of it is lost. */
function isTold(history: readonly MuseTurn[], earlier: readonly MuseQuestion[]): boolean {
  const last = earlier.slice(earlier.length - history.length);
  return (
    last.length === history.length &&
    history.every(({ question, answer }, at) => last[at]?.question === question && last[at].answer === answer)
  );
}

/** The annotation of a target, an existing one where its mask is there already; null when it gets none, which is said. */
function annotationFor(
  { job, records, losses }: ImportState,
  image: ImageRecord,
  target: MuseTarget,
): AnnotationId | null {
  const where = `${target.name || target.category} in ${image.name}`;
  if (isEmptyMask(target.mask)) {
    losses.add('Targets left out: their mask is empty', where);
    return null;
  }
  if (records.isLeftOut(target.category)) {
    losses.add('Targets left out: their category was mapped to nothing', where);
    return null;
  }
  const isMapped = Object.hasOwn(job.categoryMap, target.category);
  const hasNone = target.category === '' || (target.isUncategorised && !isMapped);
  const categoryId: CategoryId | null = hasNone ? null : records.categoryFor(target.category);
  const { mask, facts } = target;
  // A name in an answer is the words it was called by there; its own is among the attributes.
  const name = facts.name ?? target.name;
  return records.addAnnotation({ image, categoryId, mask, ...facts, name, className: target.category }).id;
}

function importQuestion(state: ImportState, image: ImageRecord, asked: MuseQuestion): void {
  const { job, losses } = state;
  const where = `${image.name}: ${asked.question.slice(0, 80)}`;
  if (asked.question.length > longestQuestion)
    return losses.add('Questions left out: they are longer than 20,000 characters', where);
  const answer = readAnswer(asked);
  const here = state.conversations.get(image.id) ?? { order: 0, said: new Map<string, number>() };
  state.conversations.set(image.id, here);
  const key = saidKey(asked.question, answer.text);
  const known = here.said.get(key) ?? 0;
  here.said.set(key, known - 1);
  if (known > 0) return losses.add('Questions left out: they are in the project already', where);
  // Ids of our own making: the brand only says which kind of record they name.
  const turnId = job.newId() as TurnId;
  const { parts, targets } = answerRecords(answer, asked.targets, (target, index, phrase) => {
    const annotationId = annotationFor(state, image, target);
    return newTarget({
      id: job.newId() as TargetId,
      ...{ turnId, index, phrase, annotationId },
      // A file has the words that tell it from others in the place of its name.
      description: describes(target.name, phrase) ? target.name : null,
      empty: isEmptyMask(target.mask),
    });
  });
  const turn = newTurn({
    id: turnId,
    imageId: image.id,
    order: ++here.order,
    question: asked.question,
    references: [],
    answer: parts,
    ...(asked.facts ?? factsOfOthers(job)),
    ...(asked.kinds.length > 0 ? { kinds: asked.kinds } : {}),
  });
  state.dialogue.push(turn, ...targets);
}

/** Whether the name says more than the words of the answer do. */
function describes(name: string, phrase: string): boolean {
  const bare = (text: string): string =>
    text
      .toLowerCase()
      .replace(/^(?:the|a|an) /u, '')
      .trim();
  return name !== '' && name.length <= longestDescription && bare(name) !== bare(phrase);
}

function factsOfOthers({ now }: ImportJob): TurnFacts {
  return {
    ...{ outcome: 'answered', rawAnswer: null, model: null, stats: null },
    notes: ['Imported from a MUSE file.'],
    createdAt: now.toISOString(),
  };
}

/** Without a text the answer is built from the names, as the loaders do (FORMATS.md section 9, rule 8). */
function readAnswer({ answer, targets }: MuseQuestion): UnmarkedAnswer {
  const written = answer ?? `${targets.map(({ name, category }) => `${name || category} {seg}`).join(', ')}.`;
  return withoutMarks(
    written,
    targets.map(({ name }) => name),
  );
}
