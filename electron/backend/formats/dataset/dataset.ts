import type { Size } from '../../../common/geometry.ts';
import type {
  AnnotationRecord,
  CategoryRecord,
  ImageRecord,
  Split,
} from '../../../common/document/records.ts';
import type { Runs } from '../../../common/runs.ts';
import type { LossList } from '../format.ts';
import type { FileImage } from '../match-images.ts';
import type { ClassFacts, ImageFacts } from '../facts.ts';
import type { OwnFacts } from '../own-attributes.ts';
import type { FileTree } from './file-tree.ts';

/**
 * A data set as every format of images with labelled masks has it. A format's reader gives one, a format's writer gets one; finding the
 * images, making records, splitting, copying pictures, reading again and reporting is done once, around them.
 */
export interface FoundDataset {
  /** All classes in their order, those without a target too. */
  readonly classes: readonly FoundClass[];
  readonly images: readonly FoundDatasetImage[];
}

export interface FoundClass extends ClassFacts {
  readonly name: string;
}

export interface FoundDatasetImage {
  readonly wanted: FileImage;
  readonly split: Split | null;
  /** What the file says of the image itself. */
  readonly facts?: Omit<ImageFacts, 'fileName'>;
  /** Read when it is known how large the image is. What cannot be read is said in `losses` and left out. */
  readonly targets: (size: Size) => Promise<readonly FoundTarget[]> | readonly FoundTarget[];
}

export interface FoundTarget extends Partial<Omit<OwnFacts, 'name'>> {
  /** What it is called in a sentence of the report: "row 3 of labels/a.txt". */
  readonly where: string;
  /** Null for one without. */
  readonly className: string | null;
  /** That of the class unless stated. */
  readonly name?: string | null;
  readonly mask: Runs;
}

export interface ReadContext {
  readonly losses: LossList;
  readonly signal: AbortSignal;
  /** The path with the ending that the project's image of that name has: label files often name none. */
  readonly withEnding: (path: string) => string;
  /** As the format's `importOptions` list them; left out by who only looks. */
  readonly options?: Readonly<Record<string, string>>;
  /** What the file or folder that was given is called; left out by who reads again what was just written. */
  readonly given?: string;
}

/** @throws AppError 'bad-file' when it is none of the format's */
export type DatasetReader = (tree: FileTree, context: ReadContext) => Promise<FoundDataset>;

/** What a writer gets. */
export interface DatasetToWrite {
  readonly name: string;
  /** Numbered from 0 in the order they are written. */
  readonly classes: readonly (Pick<CategoryRecord, 'name' | 'supercategory'> & {
    readonly colour: string | null;
    readonly attributes: CategoryRecord['attributes'];
  })[];
  readonly images: readonly ImageToWrite[];
  readonly options: Readonly<Record<string, string>>;
  /** Whether pictures are written beside. */
  readonly hasPictures: boolean;
  readonly losses: LossList;
  readonly signal: AbortSignal;
}

export interface ImageToWrite {
  readonly record: ImageRecord;
  /** With folders, different from all others also without its ending. */
  readonly name: string;
  /** Counts from 1 over the whole project. */
  readonly number: number;
  /** Null where the data set is not split. */
  readonly split: Split | null;
  readonly targets: readonly TargetToWrite[];
}

export interface TargetToWrite {
  readonly record: AnnotationRecord;
  readonly where: string;
  readonly className: string;
  /** From 0. */
  readonly classIndex: number;
  readonly mask: Runs;
}

/** A file of a written data set. */
export interface DatasetFile {
  /** Path from the root, with "/". */
  readonly name: string;
  readonly data: Uint8Array | string;
}

export interface DatasetWriter {
  /** Where the picture of an image goes. */
  readonly pictureName: (image: ImageToWrite) => string;
  readonly files: (set: DatasetToWrite) => AsyncGenerator<DatasetFile>;
  /**
   * The masks a reader must find for an image, where the format changes them: one list entry for each target it reads. What is written
   * as it stands needs none.
   */
  readonly carries?: (
    image: ImageToWrite,
    set: DatasetToWrite,
  ) => readonly { readonly className: string | null; readonly mask: Runs }[];
}
