import { cutText } from '../../common/cut-text.ts';
import type { ExportEvent, FormatInfo, ImportEvent, Loss } from '../../common/contract.ts';
import type {
  AnnotationRecord,
  CategoryRecord,
  Diff,
  Entity,
  ImageId,
  ImageRecord,
  TargetRecord,
  TurnRecord,
} from '../../common/document/records.ts';
import type { WriteGuard } from '../project/write-guard.ts';
import type { RgbImage } from '../images/rgb-image.ts';
import type { Fact } from './facts.ts';
import type { FileImage } from './match-images.ts';
import type { RecordSpool } from '../project/record-spool.ts';

/** One file format: what it is, and what it can do. Formats know records and files, nothing of the store or windows. */
export interface Format {
  readonly info: FormatInfo;
  /** What of a project it writes beside pictures, classes and masks, or says itself that it does not; the registry tells the rest (what-stays.ts). */
  readonly accounts: readonly Fact[];
  readonly write?: (job: ExportJob) => AsyncGenerator<Progress, ExportOutcome>;
  readonly read?: (job: ImportJob) => AsyncGenerator<Progress, ImportOutcome>;
  /** What a file holds, before anything is imported. */
  readonly inspect?: (job: InspectJob) => Promise<Inspection>;
}

export type Progress = Extract<ExportEvent, { type: 'progress' }>;

/** The project as it stands when the job starts. */
export interface ProjectContents {
  readonly name: string;
  readonly images: readonly ImageRecord[];
  readonly categories: readonly CategoryRecord[];
  readonly annotations: ProjectMasks;
  readonly turns: readonly TurnRecord[];
  readonly targets: readonly TargetRecord[];
}

/** All masks of a project: in memory, or in its database, where those of an image are found at once. */
export type ProjectMasks = readonly AnnotationRecord[] | StoredMasks;

export interface StoredMasks extends Iterable<AnnotationRecord> {
  readonly length: number;
  ofImage(id: ImageId): readonly AnnotationRecord[];
  /** Those without a category. */
  loose(): Iterable<AnnotationRecord>;
}

export interface ExportJob {
  /** All of it, although only some images are written: numbers in the file then stay the same for any choice. */
  readonly contents: ProjectContents;
  /** The images to write; null for all. */
  readonly imageIds: readonly ImageId[] | null;
  /** Option name -> value, as `info.options` lists them; what is missing takes its initial value. */
  readonly options: Readonly<Record<string, string>>;
  /** The file to write. It appears whole or not at all; one that is there is replaced at the end, where the guard lets it. */
  readonly path: string;
  readonly guard: WriteGuard;
  readonly loadImage: (image: ImageRecord, signal: AbortSignal) => Promise<RgbImage>;
  /** Where the image's file should be; null where nobody knows. */
  readonly pathOf: (image: ImageRecord) => string | null;
  readonly signal: AbortSignal;
}

export type ExportOutcome = Omit<Extract<ExportEvent, { type: 'done' }>, 'type' | 'download'>;

export type FormatSource =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'bytes'; readonly name: string; readonly data: Uint8Array };

export interface InspectJob {
  readonly contents: ProjectContents;
  readonly source: FormatSource;
  /** Where the image's file should be; null where nobody knows. */
  readonly pathOf: (image: ImageRecord) => string | null;
  /** Folders of images that were given together with the file. */
  readonly lookIn: readonly string[];
  /** Told of each image that the file names and the project has nothing of. */
  readonly onMissing?: (image: FileImage) => void;
  readonly signal: AbortSignal;
}

export interface ImportJob extends InspectJob {
  /** Option name -> value, as `info.importOptions` lists them; what is missing takes its initial value. */
  readonly options: Readonly<Record<string, string>>;
  /** Category name in the file -> name in the project; null leaves it out. A name not listed stays as it is. */
  readonly categoryMap: Readonly<Record<string, string | null>>;
  readonly newId: () => string;
  /** Where new masks wait until all of the file was read. */
  readonly spool: RecordSpool;
  /** The time written into new records. */
  readonly now: Date;
}

export interface ImportOutcome
  extends Omit<Extract<ImportEvent, { type: 'done' }>, 'type' | 'format' | 'added'> {
  readonly diff: ImportedChange;
}

/** What an import adds, which may be gone through more than once, each record after those that it points to; and what it changes. */
export interface ImportedChange {
  readonly added: Iterable<Entity>;
  readonly changed: Diff['changed'];
}

export interface Inspection {
  readonly images: number;
  readonly matchedImages: number;
  readonly annotations: number;
  readonly categories: string[];
}

/** What an export or import could not carry, gathered while it runs: each kind once, with how often and a few examples. */
export interface LossList {
  add(what: string, example?: string): void;
  readonly losses: Loss[];
}

/** An example is for a person to find the thing by; a file may hold names of megabytes. */
const longestExample = 300;
/** A hostile file has a new kind in every entry; what comes after these is counted together. */
const mostKinds = 500;

export function createLossList(): LossList {
  const byWhat = new Map<string, Loss>();
  return {
    add(kind, example) {
      const what = byWhat.has(kind) || byWhat.size < mostKinds ? kind : 'Losses of further kinds';
      const known = byWhat.get(what) ?? { what, count: 0, examples: [] };
      const hasRoom = example !== undefined && known.examples.length < 5;
      byWhat.set(what, {
        what,
        count: known.count + 1,
        examples: hasRoom ? [...known.examples, cutText(example, longestExample)] : known.examples,
      });
    },
    get losses() {
      return [...byWhat.values()];
    },
  };
}

/** The option's value, or its initial one. Values were checked against the choices by `checkOptions`. */
export function optionOf(
  format: FormatInfo,
  options: Readonly<Record<string, string>>,
  name: string,
): string {
  return options[name] ?? format.options.find((option) => option.name === name)?.initial ?? '';
}
