import type { FormatInfo } from '../../../common/contract.ts';
import { AppError } from '../../../common/errors.ts';
import { grouped } from '../../../common/grouped.ts';
import { chosenImages } from '../chosen-images.ts';
import { pictureFiles } from '../dataset/picture-files.ts';
import { partsOf } from '../dataset/split-images.ts';
import { writeSet, writtenFile } from '../dataset/write-set.ts';
import { exportNames } from '../export-names.ts';
import { createLossList, optionOf, type ExportJob, type ExportOutcome, type Progress } from '../format.ts';
import { numberingOf } from '../numbering.ts';
import type { FileToWrite } from '../pictures/picture-export.ts';
import { noteTurnedPhotos } from '../turned-photos.ts';
import { writeAndCheck } from '../written-export.ts';
import { type CocoChoices, type CocoPart, cocoText, noteQuestions } from './coco-text.ts';
import { ExpectedAnnotations, verifyCoco } from './coco-verify.ts';

/**
 * COCO as it is laid out itself: `annotations/instances_<part>.json`, pictures in `images/<part>`, the part "default" where there is none (as
 * Datumaro and CVAT call it). Ids of images and categories are those of the whole project, the same in every part.
 */
export async function* exportCocoSet(
  job: ExportJob,
  info: FormatInfo,
  choices: CocoChoices,
): AsyncGenerator<Progress, ExportOutcome> {
  const losses = createLossList();
  const { contents } = job;
  const chosen = (name: string): string => optionOf(info, job.options, name);
  const images = chosenImages(contents, job.imageIds, losses);
  if (images.length === 0) throw new AppError('nothing-to-export', 'There is no image to export.');
  const numbering = numberingOf(contents, choices.uncategorised);
  const names = exportNames(contents.images);
  const splits = partsOf(images, chosen, losses);
  noteQuestions(contents, images, losses);
  await noteTurnedPhotos(job, images, losses);
  const parts = [...grouped(images, (image) => splits.get(image) ?? null)].map(([split, own]) => ({
    folder: split ?? 'default',
    file: `annotations/instances_${split ?? 'default'}.json`,
    part: {
      ...{ contents, choices, numbering, names, losses, images: own },
      isSplit: split !== null,
      expected: new ExpectedAnnotations(),
      done: 0,
    } satisfies CocoPart,
  }));
  async function* files(signal: AbortSignal): AsyncGenerator<FileToWrite> {
    for (const { folder, file, part } of parts) {
      const pictures = part.images.map((record) => ({
        ...{ record, names: [`images/${folder}/${names.get(record.id) ?? record.name}`] },
      }));
      if (chosen('images') === 'copy') yield* pictureFiles(job, pictures, losses);
      yield { name: file, data: cocoText(part, signal) };
    }
  }
  const sum = (count: (part: CocoPart) => number): number =>
    parts.reduce((all, { part }) => all + count(part), 0);
  const written = (): number => sum(({ expected }) => expected.length);
  let checked = 0;
  return yield* writeAndCheck(job, {
    losses,
    write: (signal) => writeSet(job, files(signal), { losses, signal }),
    writing: () => ({ done: sum(({ done }) => done), total: contents.annotations.length }),
    check: async (_, signal) => {
      const problems: string[] = [];
      for (const { file, part } of parts) {
        const source = await writtenFile(job.path, file);
        problems.push(...(await verifyCoco(part, source, { signal, onAnnotation: () => checked++ })));
      }
      return problems;
    },
    checking: () => ({ done: checked, total: written() }),
    holds: ({ files: paths }) => ({
      files: paths,
      images: images.length,
      annotations: written(),
      categories: numbering.categories.length,
    }),
  });
}
