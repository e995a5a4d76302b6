import type { AnnotationRecord, ImageId, ImageRecord } from '../../../common/document/records.ts';
import { areaOf, boxOf, type Runs } from '../../../common/runs.ts';
import { createBreather } from '../../app/breather.ts';
import { groupByImage, inOrder } from '../chosen-images.ts';
import type { LossList, ProjectContents } from '../format.ts';
import { filedUnder, type NumberedCategory, type Numbering, type UncategorisedPolicy } from '../numbering.ts';
import { attributesOf } from '../own-attributes.ts';
import { ownOfClass, ownOfImage } from '../own-facts.ts';
import {
  changedPixels,
  encodeSegmentation,
  type HolePolicy,
  type SegmentationKind,
} from '../segmentation.ts';
import { usableMask, whereIs, type ReviewPolicy } from '../usable-targets.ts';
import type { ExpectedAnnotations } from './coco-verify.ts';

export interface CocoChoices {
  readonly kind: SegmentationKind;
  readonly holes: HolePolicy;
  /** Pixels a simplified outline may be off; 0 is exact. */
  readonly tolerance: number;
  readonly uncategorised: UncategorisedPolicy;
  /** Whether masks nobody accepted or rejected yet are written. */
  readonly review: ReviewPolicy;
}

/** One COCO file to write: all of a project that is wanted, or a part of it. */
export interface CocoPart {
  readonly contents: ProjectContents;
  readonly choices: CocoChoices;
  readonly images: readonly ImageRecord[];
  readonly numbering: Numbering;
  readonly names: ReadonlyMap<ImageId, string>;
  /** Whether the file is a part of a data set by itself. */
  readonly isSplit: boolean;
  readonly losses: LossList;
  /** What a reader must find, filled while writing. */
  readonly expected: ExpectedAnnotations;
  /** Annotations gone through so far. */
  done: number;
}

/** Says of the questions about the images that they stay. */
export function noteQuestions(
  { turns }: ProjectContents,
  images: readonly ImageRecord[],
  losses: LossList,
): void {
  const chosen = new Set<string>(images.map(({ id }) => id));
  for (const turn of turns)
    if (chosen.has(turn.imageId))
      losses.add('Questions and answers: COCO has no place for them', turn.question.slice(0, 80));
}

/** The file piece by piece. What a reader must find is noted in `part.expected` while it is read. */
export async function* cocoText(part: CocoPart, signal: AbortSignal): AsyncGenerator<string> {
  const { contents, images, numbering } = part;
  const now = new Date();
  const info = {
    year: now.getUTCFullYear(),
    version: '1.0',
    description: contents.name,
    contributor: '',
    url: '',
    date_created: now.toISOString(),
    // Not of the format: says that nothing of this is anybody's but the project's.
    pixellm: true,
  };
  const licences = licencesOf(contents.images);
  const listed = [...licences.values()].map(({ number, name, url }) => ({ id: number, name, url }));
  yield `{"info":${JSON.stringify(info)},\n"licenses":${JSON.stringify(listed)},\n"images":[\n`;
  yield images.map((image) => JSON.stringify(imageEntry(part, image, licences))).join(',\n');
  yield '\n],\n"categories":[\n';
  yield numbering.categories.map((category) => JSON.stringify(categoryEntry(category))).join(',\n');
  yield '\n],\n"annotations":[';
  yield* annotationText(part, signal);
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

function imageEntry({ numbering, names, isSplit }: CocoPart, image: ImageRecord, licences: Licences): object {
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
    ...ownOfImage(image, { hasLicence: true, isSplit }),
  };
}

async function* annotationText(part: CocoPart, signal: AbortSignal): AsyncGenerator<string> {
  const breathe = createBreather(signal);
  const byImage = groupByImage(part.contents.annotations);
  for (const image of part.images) {
    for (const annotation of byImage.get(image.id) ?? []) {
      await breathe();
      part.done++;
      if (annotation.modelMask && annotation.edited)
        part.losses.add(
          "The model's own masks of corrected targets: only the corrected ones are written",
          annotation.name,
        );
      const entry = annotationEntry(part, image, annotation);
      if (entry) yield `${part.expected.length > 1 ? ',' : ''}\n${entry}`;
    }
  }
}

/** The annotation's text, or null when it is left out; either way nothing is lost without a word. */
function annotationEntry(part: CocoPart, image: ImageRecord, annotation: AnnotationRecord): string | null {
  const { choices, losses, numbering, expected } = part;
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
