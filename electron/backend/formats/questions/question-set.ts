import type { Size } from '../../../common/geometry.ts';
import type { ImageRecord, Split } from '../../../common/document/records.ts';
import type { Runs } from '../../../common/runs.ts';
import { grouped } from '../../../common/grouped.ts';
import type { DatasetFile, ReadContext } from '../dataset/dataset.ts';
import type { FileTree } from '../dataset/file-tree.ts';
import type { LossList } from '../format.ts';
import type { FileImage } from '../match-images.ts';
import type { WrittenQuestion } from '../muse/muse-export.ts';
import type { MuseQuestion, MuseTarget } from '../muse/muse-file.ts';

/**
 * Questions or captions with masks, as formats other than MUSE have them. A format's reader gives entries, its writer gets images with their questions; finding images,
 * making records, reading again and reporting is done once, around them.
 */
export interface QuestionEntry {
  readonly wanted: FileImage;
  /** The part of the data set that it stands in, where that is said. */
  readonly split?: Split | null;
  /** Read when it is known how large the image is; what cannot be used is said and left out. */
  readonly read: (size: Size) => Promise<FoundQuestions> | FoundQuestions;
}

export interface FoundQuestions {
  /** Masks that no question names. */
  readonly instances: readonly MuseTarget[];
  readonly questions: readonly MuseQuestion[];
}

/** @throws AppError 'bad-file' when it is none of the format's */
export type QuestionReader = (tree: FileTree, context: ReadContext) => Promise<readonly QuestionEntry[]>;

export interface QuestionsToWrite {
  readonly record: ImageRecord;
  /** With folders; different from all others. */
  readonly name: string;
  /** Counts from 1 over what is written. */
  readonly number: number;
  readonly split: Split | null;
  readonly questions: readonly WrittenQuestion[];
  /** Category of each mask that a question names, by the id of its annotation. */
  readonly categoryOf: ReadonlyMap<string, string>;
}

export interface QuestionWriter {
  /** Where the picture of an image goes, more than once where the format wants one beside each question. */
  readonly pictureNames: (image: QuestionsToWrite) => readonly string[];
  readonly files: (images: readonly QuestionsToWrite[], losses: LossList) => AsyncGenerator<DatasetFile>;
  /** What a reader must find of an image: question, answer (null where the format has none) and masks of each. What the format changes is said in `losses`. */
  readonly carries: (image: QuestionsToWrite, losses: LossList) => readonly CarriedQuestion[];
}

/** The file of each part, or the one of all. */
export function byPart(
  name: string,
  images: readonly QuestionsToWrite[],
): ReadonlyMap<string, readonly QuestionsToWrite[]> {
  return grouped(images, ({ split }) => `${split === null ? name : `${name}_${split}`}.json`);
}

export interface CarriedQuestion {
  readonly question: string;
  readonly answer: string | null;
  readonly masks: readonly Runs[];
}

/** What readers know of a target beside its mask: nothing. */
export function plainTarget(name: string, category: string, mask: Runs): MuseTarget {
  const facts = {
    ...({ name: null, score: null, review: 'accepted', attributes: {}, crowd: false } as const),
    ...({ comments: [], source: 'import', edited: false, hidden: false, locked: false } as const),
  };
  return { name, category, mask, onceCovered: null, facts, isUncategorised: false };
}

export function plainQuestion(
  place: number,
  { question, answer, targets }: Pick<MuseQuestion, 'question' | 'answer' | 'targets'>,
): MuseQuestion {
  return { place, question, answer, targets, kinds: [], history: [], facts: null };
}
