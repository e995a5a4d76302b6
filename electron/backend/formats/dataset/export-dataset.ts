import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import type { FormatInfo } from '../../../common/contract.ts';
import type { ImageRecord } from '../../../common/document/records.ts';
import { AppError } from '../../../common/errors.ts';
import type { Runs } from '../../../common/runs.ts';
import { createBreather } from '../../app/breather.ts';
import { chosenImages, groupByImage } from '../chosen-images.ts';
import { exportNames } from '../export-names.ts';
import {
  createLossList,
  optionOf,
  type ExportJob,
  type ExportOutcome,
  type LossList,
  type Progress,
} from '../format.ts';
import { fingerprintOf } from '../mask-fingerprint.ts';
import { lastPart, withoutEnding } from '../match-images.ts';
import { filedUnder, numberingOf, uncategorisedOption, type UncategorisedPolicy } from '../numbering.ts';
import { noteTurnedPhotos } from '../turned-photos.ts';
import { reviewOption, usableMask, whereIs, type ReviewPolicy } from '../usable-targets.ts';
import { writeAndCheck } from '../written-export.ts';
import type {
  DatasetFile,
  DatasetReader,
  DatasetToWrite,
  DatasetWriter,
  ImageToWrite,
  TargetToWrite,
} from './dataset.ts';
import { openTree } from './file-tree.ts';
import { pictureFiles } from './picture-files.ts';
import { picturesOption } from './pictures-option.ts';
import { partsOf, splitOptions } from './split-images.ts';
import { writeSet } from './write-set.ts';

/** Options of every data set; a format puts its own in front. */
export const datasetOptions: FormatInfo['options'] = [
  picturesOption('copy'),
  ...splitOptions,
  uncategorisedOption,
  reviewOption,
];

/**
 * The export of every format that is a data set: plans what is written, lets the format write it to a folder or an archive, then reads it
 * again with the format's own reader and compares class and pixels of every target.
 */
export async function* exportDataset(
  job: ExportJob,
  info: FormatInfo,
  { writer, read }: { readonly writer: DatasetWriter; readonly read: DatasetReader },
): AsyncGenerator<Progress, ExportOutcome> {
  const losses = createLossList();
  const set = planOf(job, info, losses);
  if (set.images.length === 0) throw new AppError('nothing-to-export', 'There is no image to export.');
  noteWhatIsLeft(job, set);
  await noteTurnedPhotos(
    job,
    set.images.map(({ record }) => record),
    losses,
  );
  const count = { done: 0, annotations: 0 };
  async function* files(): AsyncGenerator<DatasetFile> {
    const pictures = set.images.map((image) => ({
      ...{ record: image.record, names: [writer.pictureName(image)] },
    }));
    if (set.hasPictures) yield* pictureFiles(job, pictures, losses);
    yield* writer.files(set);
  }
  return yield* writeAndCheck(job, {
    losses,
    write: (signal) =>
      writeSet(
        job,
        counted(files(), () => count.done++),
        { losses, signal },
      ),
    writing: () => ({ done: count.done, total: null }),
    check: async (_, signal) => {
      const expected = new Map<string, Written>();
      const breathe = createBreather(signal);
      for (const image of set.images) {
        await breathe();
        const meant = writer.carries?.(image, set) ?? image.targets;
        expected.set(withoutEnding(image.name), writtenOf(meant));
        count.annotations += meant.length;
      }
      return differences(job.path, set, read, expected, signal);
    },
    checking: () => ({ done: 0, total: null }),
    holds: ({ files: written }) => ({
      files: written,
      images: set.images.length,
      annotations: count.annotations,
      categories: set.classes.length,
    }),
  });
}

function planOf(job: ExportJob, info: FormatInfo, losses: DatasetToWrite['losses']): DatasetToWrite {
  const chosen = (name: string): string => optionOf(info, job.options, name);
  // Both hold because `checkOptions` admits nothing but the values listed.
  const [policy, review] = [chosen('uncategorised') as UncategorisedPolicy, chosen('review') as ReviewPolicy];
  const numbering = numberingOf(job.contents, policy);
  const images = chosenImages(job.contents, job.imageIds, losses);
  const names = uniqueStems(job.contents.images, exportNames(job.contents.images));
  for (const image of images) {
    const [own, written] = [image.name, names.get(image) ?? image.name];
    if (withoutEnding(lastPart(written)) !== withoutEnding(own))
      losses.add(
        'Images whose names differ in the ending alone: written under another',
        `${own} as ${written}`,
      );
  }
  const parts = partsOf(images, chosen, losses);
  const byImage = groupByImage(job.contents.annotations);
  const latest: LatestTargets = { of: null, targets: [] };
  return {
    name: job.contents.name,
    classes: numbering.categories.map(({ name, supercategory, attributes, colour }) => ({
      ...{ name, supercategory, attributes, colour },
    })),
    images: images.map((record) => {
      const facts = {
        record,
        name: names.get(record) ?? record.name,
        number: numbering.imageNumber(record),
        split: parts.get(record) ?? null,
      };
      return withTargets(facts, { losses, latest }, (noted) =>
        (byImage.get(record.id) ?? []).flatMap((annotation): TargetToWrite[] => {
          const mask = usableMask(annotation, record, { review, losses: noted });
          const number = numbering.categoryNumber(annotation);
          const where = whereIs(annotation, record);
          if (mask && number === null) noted.add('Targets left out: they have no category', where);
          if (!mask || number === null) return [];
          if (annotation.categoryId === null) noted.add(filedUnder(policy), where);
          if (annotation.modelMask && annotation.edited)
            noted.add(
              "The model's own masks of corrected targets: only the corrected ones are written",
              where,
            );
          const className = numbering.categories[number - 1]?.name ?? '';
          return [{ record: annotation, where, className, classIndex: number - 1, mask }];
        }),
      );
    }),
    options: Object.fromEntries(info.options.map(({ name }) => [name, chosen(name)])),
    hasPictures: chosen('images') === 'copy',
    losses,
    signal: job.signal,
  };
}

/** The targets of the image that was asked for last. */
interface LatestTargets {
  of: ImageRecord | null;
  targets: readonly TargetToWrite[];
}

/**
 * An image whose targets are read when they are asked for, and again once another's were: masks of all images at once are gigabytes. What is
 * lost with them is noted the first time.
 */
function withTargets(
  facts: Omit<ImageToWrite, 'targets'>,
  { losses, latest }: { readonly losses: LossList; readonly latest: LatestTargets },
  read: (losses: LossList) => readonly TargetToWrite[],
): ImageToWrite {
  let noted = losses;
  return {
    ...facts,
    get targets() {
      if (latest.of !== facts.record) {
        latest.targets = read(noted);
        latest.of = facts.record;
        noted = createLossList(); // which nobody reads
      }
      return latest.targets;
    },
  };
}

/** Label files are called like their picture with another ending: `a.jpg` and `a.png` would share one. */
function uniqueStems(
  images: readonly ImageRecord[],
  names: ReturnType<typeof exportNames>,
): ReadonlyMap<ImageRecord, string> {
  const taken = new Set<string>();
  const unique = new Map<ImageRecord, string>();
  for (const image of images) {
    const name = names.get(image.id) ?? image.name;
    const [stem, ending] = [withoutEnding(name), name.slice(withoutEnding(name).length)];
    let free = stem;
    for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${stem}-${number}`;
    taken.add(free.toLowerCase());
    unique.set(image, `${free}${ending}`);
  }
  return unique;
}

function noteWhatIsLeft(job: ExportJob, { images, losses }: DatasetToWrite): void {
  const chosen = new Set<string>(images.map(({ record }) => record.id));
  for (const turn of job.contents.turns) {
    if (chosen.has(turn.imageId))
      losses.add('Questions and answers: the format has no place for them', turn.question.slice(0, 80));
  }
}

async function* counted(files: AsyncIterable<DatasetFile>, onFile: () => void): AsyncGenerator<DatasetFile> {
  for await (const file of files) {
    yield file;
    onFile();
  }
}

/** What is known of an image's targets when they were written: enough to tell whether the same ones are read. */
interface Written {
  readonly count: number;
  readonly digest: string;
}

function writtenOf(targets: readonly { readonly className: string | null; readonly mask: Runs }[]): Written {
  const keys = targets.map(({ className, mask }) => `${className ?? ''} ${fingerprintOf(mask)}`).sort();
  return { count: keys.length, digest: createHash('sha256').update(JSON.stringify(keys)).digest('base64') };
}

/** Reads the written data set as an import would. Every difference in words. */
async function differences(
  path: string,
  set: DatasetToWrite,
  read: DatasetReader,
  expected: ReadonlyMap<string, Written>,
  signal: AbortSignal,
): Promise<string[]> {
  const problems: string[] = [];
  const losses = createLossList();
  const sizes = new Map(set.images.map(({ name, record }) => [withoutEnding(name), record]));
  const endings = new Map(set.images.map(({ name }) => [withoutEnding(name), extname(name)]));
  const seen = new Set<string>();
  try {
    const tree = await openTree({ kind: 'path', path }, signal);
    const withEnding = (stem: string): string => `${stem}${endings.get(stem) ?? ''}`;
    const found = await read(tree, { losses, signal, withEnding });
    for (const image of found.images) {
      signal.throwIfAborted();
      const name = withoutEnding(image.wanted.name);
      const size = sizes.get(name);
      if (!size) {
        problems.push(`${image.wanted.name} is there, but was not written`);
        continue;
      }
      if (seen.has(name)) problems.push(`${image.wanted.name} is there twice`);
      seen.add(name);
      if (writtenOf(await image.targets(size)).digest !== (expected.get(name) ?? writtenOf([])).digest)
        problems.push(`${image.wanted.name} has other masks`);
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    problems.push(error.message);
  }
  for (const [name, { count }] of expected)
    if (!seen.has(name) && count > 0) problems.push(`${name} is not there`);
  // Fields that only other programs need are no fault of the file.
  const faults = losses.losses.filter(({ what }) => !what.startsWith('Fields of '));
  return [...problems, ...faults.map(({ what }) => what)];
}
