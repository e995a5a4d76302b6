import type { FormatInfo } from '../../../common/contract.ts';
import { AppError } from '../../../common/errors.ts';
import { paletteColoursIn, standingOut } from '../../../common/palette.ts';
import { colourSamples } from '../../images/colour-samples.ts';
import { groupByImage, imagesInOrder, sharedName } from '../chosen-images.ts';
import { ownName } from '../export-names.ts';
import {
  createLossList,
  optionOf,
  type ExportJob,
  type ExportOutcome,
  type Format,
  type Progress,
} from '../format.ts';
import { paintMasks, type PaintedMask } from './paint-masks.ts';
import { createNames, verifyPictures, writePictures, type PlannedFile } from './picture-export.ts';
import { reviewOption, usableMask, type ReviewPolicy } from '../usable-targets.ts';
import { writeAndCheck } from '../written-export.ts';

const info: FormatInfo = {
  id: 'overlay',
  label: 'Pictures with masks',
  description:
    'Each image as a PNG with its masks drawn on it in their colours. To a .zip, a folder, or one .png for one image.',
  canExport: true,
  canImport: false,
  endings: [],
  extension: 'zip',
  options: [
    {
      name: 'opacity',
      label: 'Masks cover',
      choices: [
        { value: '0.25', label: 'a quarter' },
        { value: '0.45', label: 'about half' },
        { value: '0.7', label: 'most' },
        { value: '0', label: 'nothing: outlines only' },
      ],
      initial: '0.45',
    },
    reviewOption,
  ],
};

export const overlay: Format = {
  info,
  // A picture to look at: nobody expects to read back from it what it does not show.
  accounts: [
    'names',
    'scores',
    'attributes',
    'crowd',
    'review',
    'drawnBy',
    'marks',
    'splits',
    'licences',
    'supercategories',
    'definitions',
  ],
  write: exportOverlay,
};

async function* exportOverlay(job: ExportJob): AsyncGenerator<Progress, ExportOutcome> {
  const losses = createLossList();
  const images = imagesInOrder(job.contents, job.imageIds);
  if (images.length === 0) throw new AppError('nothing-to-export', 'There is no image to export.');
  const byImage = groupByImage(job.contents.annotations);
  const opacity = Number(optionOf(info, job.options, 'opacity'));
  // Holds because `checkOptions` admits nothing else.
  const review = optionOf(info, job.options, 'review') as ReviewPolicy;
  const counts = { done: 0, annotations: 0 };
  async function* pictures(signal: AbortSignal): AsyncGenerator<PlannedFile> {
    const nameOf = createNames();
    for (const image of images) {
      const masks: PaintedMask[] = [];
      const picture = await job.loadImage(image, signal);
      const inPicture = paletteColoursIn(colourSamples(picture));
      for (const annotation of byImage.get(image.id) ?? []) {
        const mask = usableMask(annotation, image, { review, losses });
        const { colour, autoColour = false } = annotation;
        if (mask) masks.push({ mask, colour: autoColour ? standingOut(colour, inPicture) : colour });
      }
      const painted = paintMasks(picture, masks, opacity);
      const name = nameOf(image.name, '');
      if (name !== createNames()(image.name, '')) losses.add(sharedName, `${ownName(image)} as ${name}`);
      yield { kind: 'picture', name, channels: 3, ...painted };
      counts.annotations += masks.length;
      counts.done++;
    }
  }
  const place = (): { done: number; total: number } => ({ done: counts.done, total: images.length });
  return yield* writeAndCheck(job, {
    losses,
    write: (signal) => writePictures(job.path, pictures(signal), { guard: job.guard, signal }),
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
