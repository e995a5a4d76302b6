import { AppError } from '../../../common/errors.ts';
import { writeFileWhole } from '../atomic-file.ts';
import { chosenImages } from '../chosen-images.ts';
import { exportNames } from '../export-names.ts';
import { createLossList, type ExportJob, type ExportOutcome, type Progress } from '../format.ts';
import { numberingOf } from '../numbering.ts';
import { noteTurnedPhotos } from '../turned-photos.ts';
import { writeAndCheck } from '../written-export.ts';
import { type CocoChoices, type CocoPart, cocoText, noteQuestions } from './coco-text.ts';
import { ExpectedAnnotations, verifyCoco } from './coco-verify.ts';

/** Writes the file piece by piece, reads it again from the disk and compares. */
export async function* exportCoco(
  job: ExportJob,
  choices: CocoChoices,
): AsyncGenerator<Progress, ExportOutcome> {
  const losses = createLossList();
  const { contents } = job;
  const images = chosenImages(contents, job.imageIds, losses);
  if (images.length === 0) throw new AppError('nothing-to-export', 'There is no image to export.');
  const numbering = numberingOf(contents, choices.uncategorised);
  const part: CocoPart = {
    ...{ contents, choices, images, numbering, losses },
    names: exportNames(contents.images),
    isSplit: false,
    expected: new ExpectedAnnotations(),
    done: 0,
  };
  const total = contents.annotations.length;
  noteQuestions(contents, images, losses);
  await noteTurnedPhotos(job, images, losses);
  let checked = 0;
  return yield* writeAndCheck(job, {
    losses,
    write: (signal) => writeFileWhole(job.path, cocoText(part, signal), { guard: job.guard, signal }),
    writing: () => ({ done: part.done, total }),
    check: (_, signal) =>
      verifyCoco(part, { kind: 'path', path: job.path }, { signal, onAnnotation: () => checked++ }),
    checking: () => ({ done: checked, total: part.expected.length }),
    holds: () => ({
      files: [job.path],
      images: images.length,
      annotations: part.expected.length,
      categories: numbering.categories.length,
    }),
  });
}
