import type { FormatInfo } from '../../../common/contract.ts';
import { decodeRegion } from '../../../common/mask-region.ts';
import { AppError } from '../../../common/errors.ts';
import { areaOf, boxOf } from '../../../common/runs.ts';
import { groupByImage, imagesInOrder } from '../chosen-images.ts';
import { exportNames } from '../export-names.ts';
import {
  createLossList,
  optionOf,
  type ExportJob,
  type ExportOutcome,
  type Format,
  type Progress,
} from '../format.ts';
import { createNames, safe, verifyPictures, writePictures, type PlannedFile } from './picture-export.ts';
import { reviewOption, usableMask, type ReviewPolicy } from '../usable-targets.ts';
import { writeAndCheck } from '../written-export.ts';

const info: FormatInfo = {
  id: 'masks-png',
  label: 'Mask pictures',
  description:
    'One PNG for each target, of the size of its image, white where the target is; masks.json says which picture shows what. To a .zip or a folder.',
  canExport: true,
  canImport: false,
  endings: [],
  extension: 'zip',
  options: [reviewOption],
};

export const maskPngs: Format = { info, accounts: ['names', 'scores'], write: exportMasks };

const indexName = 'masks.json';
const white = 255;

async function* exportMasks(job: ExportJob): AsyncGenerator<Progress, ExportOutcome> {
  const losses = createLossList();
  const images = imagesInOrder(job.contents, job.imageIds);
  const names = exportNames(job.contents.images);
  const byImage = groupByImage(job.contents.annotations);
  const total = images.reduce((sum, { id }) => sum + (byImage.get(id)?.length ?? 0), 0);
  if (total === 0) throw new AppError('nothing-to-export', 'There is no mask to export.');
  const categories = new Map<string, string>(job.contents.categories.map(({ id, name }) => [id, name]));
  // Holds because `checkOptions` admits nothing else.
  const review = optionOf(info, job.options, 'review') as ReviewPolicy;
  const counts = { done: 0, annotations: 0 };
  async function* pictures(): AsyncGenerator<PlannedFile> {
    const nameOf = createNames();
    const index: object[] = [];
    for (const image of images) {
      let number = 0;
      for (const annotation of byImage.get(image.id) ?? []) {
        counts.done++;
        const mask = usableMask(annotation, image, { review, losses });
        if (!mask) continue;
        const category =
          annotation.categoryId === null ? null : (categories.get(annotation.categoryId) ?? null);
        const file = nameOf(image.name, `-${++number}-${safe(annotation.name || (category ?? 'target'))}`);
        index.push({
          file,
          // With its folders: two may have one name.
          image: names.get(image.id) ?? image.name,
          name: annotation.name,
          category,
          bbox: boxOf(mask),
          area: areaOf(mask),
          score: annotation.score,
        });
        const data = decodeRegion(mask, [0, 0, image.width, image.height]).map((pixel) => white * pixel);
        yield { kind: 'picture', name: file, width: image.width, height: image.height, channels: 1, data };
        counts.annotations++;
      }
    }
    yield { kind: 'text', name: indexName, text: `${JSON.stringify({ masks: index }, null, 2)}\n` };
  }
  const place = (): { done: number; total: number } => ({ done: counts.done, total: total });
  return yield* writeAndCheck(job, {
    losses,
    write: (signal) => writePictures(job.path, pictures(), { guard: job.guard, signal }),
    writing: place,
    check: ({ files, expected }, signal) => verifyPictures(job.path, files, expected, signal),
    checking: place,
    holds: ({ files }) => ({
      files,
      images: images.length,
      annotations: counts.annotations,
      categories: 0,
    }),
  });
}
