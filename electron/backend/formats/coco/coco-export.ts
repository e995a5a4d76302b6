import type { AnnotationRecord, ImageId, ImageRecord } from '../../../common/document/records.ts';
import { AppError } from '../../../common/errors.ts';
import { areaOf, boxOf, type Runs } from '../../../common/runs.ts';
import { writeFileWhole } from '../atomic-file.ts';
import { createBreather } from '../../app/breather.ts';
import { chosenImages, groupByImage, inOrder } from '../chosen-images.ts';
import { exportNames } from '../export-names.ts';
import { noteTurnedPhotos } from '../turned-photos.ts';
import {
  filedUnder,
  numberingOf,
  type NumberedCategory,
  type Numbering,
  type UncategorisedPolicy,
} from '../numbering.ts';
import {
  changedPixels,
  encodeSegmentation,
  type HolePolicy,
  type SegmentationKind,
} from '../segmentation.ts';
import { ExpectedAnnotations, verifyCoco } from './coco-verify.ts';
import {
  createLossList,
  type ExportJob,
  type ExportOutcome,
  type LossList,
  type Progress,
} from '../format.ts';
import { attributesOf } from '../own-attributes.ts';
import { ownOfClass, ownOfImage } from '../own-facts.ts';
import { usableMask, whereIs, type ReviewPolicy } from '../usable-targets.ts';
import { writeAndCheck } from '../written-export.ts';

export interface CocoChoices {
  readonly kind: SegmentationKind;
  readonly holes: HolePolicy;
  /** Pixels a simplified outline may be off; 0 is exact. */
  readonly tolerance: number;
  readonly uncategorised: UncategorisedPolicy;
  /** Whether masks nobody accepted or rejected yet are written. */
  readonly review: ReviewPolicy;
}

/** Writes the file piece by piece, reads it again from the disk and compares. */
export async function* exportCoco(
  job: ExportJob,
  choices: CocoChoices,
): AsyncGenerator<Progress, ExportOutcome> {
  const losses = createLossList();
  const images = chosenImages(job.contents, job.imageIds, losses);
  if (images.length === 0) throw new AppError('nothing-to-export', 'There is no image to export.');
  const numbering = numberingOf(job.contents, choices.uncategorised);
  const names = exportNames(job.contents.images);
  const plan: Plan = {
    job,
    choices,
    images,
    numbering,
    names,
    losses,
    expected: new ExpectedAnnotations(),
    done: 0,
  };
  const total = job.contents.annotations.length;
  noteWhatCocoCannotHold(plan);
  await noteTurnedPhotos(job, images, losses);
  let checked = 0;
  return yield* writeAndCheck(job, {
    losses,
    write: (signal) => writeFileWhole(job.path, cocoText(plan, signal), { guard: job.guard, signal }),
    writing: () => ({ done: plan.done, total }),
    check: (_, signal) => verifyCoco({ ...plan, path: job.path, signal, onAnnotation: () => checked++ }),
    checking: () => ({ done: checked, total: plan.expected.length }),
    holds: () => ({
      files: [job.path],
      images: images.length,
      annotations: plan.expected.length,
      categories: numbering.categories.length,
    }),
  });
}

interface Plan {
  readonly job: ExportJob;
  readonly choices: CocoChoices;
  readonly images: readonly ImageRecord[];
  readonly numbering: Numbering;
  readonly names: ReadonlyMap<ImageId, string>;
  readonly losses: LossList;
  /** What a reader must find, filled while writing. */
  readonly expected: ExpectedAnnotations;
  done: number;
}

function noteWhatCocoCannotHold({ job, images, losses }: Plan): void {
  const chosen = new Set<string>(images.map(({ id }) => id));
  for (const turn of job.contents.turns) {
    if (chosen.has(turn.imageId))
      losses.add('Questions and answers: COCO has no place for them', turn.question.slice(0, 80));
  }
}

async function* cocoText(plan: Plan, signal: AbortSignal): AsyncGenerator<string> {
  const { job, images, numbering } = plan;
  const now = new Date();
  const info = {
    year: now.getUTCFullYear(),
    version: '1.0',
    description: job.contents.name,
    contributor: '',
    url: '',
    date_created: now.toISOString(),
    // Not of the format: says that nothing of this is anybody's but the project's.
    pixellm: true,
  };
  const licences = licencesOf(job.contents.images);
  const listed = [...licences.values()].map(({ number, name, url }) => ({ id: number, name, url }));
  yield `{"info":${JSON.stringify(info)},\n"licenses":${JSON.stringify(listed)},\n"images":[\n`;
  yield images.map((image) => JSON.stringify(imageEntry(plan, image, licences))).join(',\n');
  yield '\n],\n"categories":[\n';
  yield numbering.categories.map((category) => JSON.stringify(categoryEntry(category))).join(',\n');
  yield '\n],\n"annotations":[';
  yield* annotationText(plan, signal);
  yield '\n]}\n';
}

function categoryEntry({ id, name, supercategory, attributes }: NumberedCategory): object {
  return { id, name, supercategory, ...ownOfClass({ supercategory: '', attributes }) };
}

type Licences = ReadonlyMap<string, { readonly number: number; readonly name: string; readonly url: string }>;

/** Numbered over the whole project, as everything else; 1 is that of images nobody knows the licence of. */
function licencesOf(images: readonly ImageRecord[]): Licences {
  const licences = new Map([[licenceKey(null), { number: 1, name: 'Unknown', url: '' }]]);
  for (const { licence } of [...images].sort(inOrder)) {
    const key = licenceKey(licence);
    if (licence && !licences.has(key)) licences.set(key, { number: licences.size + 1, ...licence });
  }
  return licences;
}

function licenceKey(licence: ImageRecord['licence']): string {
  return licence === null ? '' : JSON.stringify([licence.name, licence.url]);
}

function imageEntry({ numbering, names }: Plan, image: ImageRecord, licences: Licences): object {
  return {
    id: numbering.imageNumber(image),
    width: image.width,
    height: image.height,
    file_name: names.get(image.id) ?? image.name,
    license: licences.get(licenceKey(image.licence))?.number ?? 1,
    flickr_url: '',
    coco_url: '',
    date_captured: '',
    // Not of the format, and ignored by its readers: finds the image again under any name.
    sha256: image.sha256,
    ...ownOfImage(image, { hasLicence: true }),
  };
}

async function* annotationText(plan: Plan, signal: AbortSignal): AsyncGenerator<string> {
  const breathe = createBreather(signal);
  const byImage = groupByImage(plan.job.contents.annotations);
  for (const image of plan.images) {
    for (const annotation of byImage.get(image.id) ?? []) {
      await breathe();
      plan.done++;
      if (annotation.modelMask && annotation.edited)
        plan.losses.add(
          "The model's own masks of corrected targets: only the corrected ones are written",
          annotation.name,
        );
      const entry = annotationEntry(plan, image, annotation);
      if (entry) yield `${plan.expected.length > 1 ? ',' : ''}\n${entry}`;
    }
  }
}

/** The annotation's text, or null when it is left out; either way nothing is lost without a word. */
function annotationEntry(plan: Plan, image: ImageRecord, annotation: AnnotationRecord): string | null {
  const { choices, losses, numbering, expected } = plan;
  const mask = usableMask(annotation, image, { review: choices.review, losses });
  if (!mask) return null;
  const where = whereIs(annotation, image);
  const category = numbering.categoryNumber(annotation);
  if (category === null) {
    losses.add('Targets left out: they have no category', where);
    return null;
  }
  if (annotation.categoryId === null) losses.add(filedUnder(choices.uncategorised), where);
  const encoded = encodeSegmentation(mask, choices);
  noteChange(losses, mask, encoded, where);
  const number = expected.length + 1;
  const [area, bbox] = [areaOf(encoded.mask), boxOf(encoded.mask)];
  const imageNumber = numbering.imageNumber(image);
  expected.add({ image: imageNumber, category, mask: encoded.mask });
  return JSON.stringify({
    id: number,
    image_id: imageNumber,
    category_id: category,
    segmentation: encoded.segmentation,
    area,
    bbox,
    iscrowd: annotation.crowd ? 1 : 0,
    // As detections carry it: pycocotools then takes these entries as results, too.
    ...(annotation.score === null ? {} : { score: annotation.score }),
    ...attributesOf(annotation),
  });
}

function noteChange(
  losses: LossList,
  mask: Runs,
  encoded: ReturnType<typeof encodeSegmentation>,
  where: string,
): void {
  if (encoded.isRleInstead) losses.add('Masks written as RLE: polygons cannot hold them', where);
  const changed = changedPixels(mask, encoded.mask);
  if (changed > 0)
    losses.add(
      'Masks changed by being written as polygons',
      `${where}: ${changed} of ${areaOf(mask)} pixels differ`,
    );
}
