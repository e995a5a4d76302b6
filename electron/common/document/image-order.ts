import type { Document } from './document.ts';
import { imageStateOf, imageStates } from './image-state.ts';
import { byOrder } from './order.ts';
import type { AnnotationRecord, ImageId, ImageRecord } from './records.ts';
import { isUnreviewed, leastSureFirst } from './review.ts';
import { annotationsOf } from './views.ts';

/** What a list of images is sorted by; 'order' is the project's own. */
export type ImageSort = 'order' | 'name' | 'state' | 'targets' | 'to-review' | 'score' | 'newest';

/** "image 9" before "image 10", the same on every machine. */
const { compare: naturally } = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** The images sorted; what is alike stays in the project's order. */
export function sortedImages(
  document: Document,
  images: readonly ImageRecord[],
  sort: ImageSort,
): readonly ImageRecord[] {
  if (sort === 'name') {
    return [...images].sort(
      (a, b) => naturally(a.folders, b.folders) || naturally(a.name, b.name) || byOrder(a, b),
    );
  }
  if (sort === 'newest') {
    return [...images].sort((a, b) => compareText(b.addedAt, a.addedAt) || byOrder(a, b));
  }
  const rank = rankBy(document, sort);
  // Each rank is computed once, not at each comparison.
  return images
    .map((image) => ({ image, rank: rank(image) }))
    .sort((a, b) => a.rank - b.rank || byOrder(a.image, b.image))
    .map(({ image }) => image);
}

function rankBy(
  document: Document,
  sort: Exclude<ImageSort, 'name' | 'newest'>,
): (image: ImageRecord) => number {
  switch (sort) {
    case 'order':
      return () => 0;
    case 'state':
      return (image) => imageStates.indexOf(imageStateOf(document, image));
    case 'targets':
      return ({ id }) => -annotationsOf(document, id).length;
    case 'to-review':
      return ({ id }) => -annotationsOf(document, id).filter(isUnreviewed).length;
    case 'score':
      return ({ id }) => leastScore(annotationsOf(document, id));
  }
}

/** The lowest score that waits for a decision; images without one come last. */
function leastScore(annotations: readonly AnnotationRecord[]): number {
  let least = Number.MAX_VALUE;
  for (const annotation of annotations) {
    if (isUnreviewed(annotation) && annotation.score !== null) least = Math.min(least, annotation.score);
  }
  return least;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The target a reviewer is shown first on an image: of those that wait, the one the model was least sure of. */
export function firstToReview(document: Document, imageId: ImageId): AnnotationRecord | null {
  return toReviewIn(document, imageId)[0] ?? null;
}

/** The targets of an image that wait for a decision, least sure first. */
export function toReviewIn(document: Document, imageId: ImageId): readonly AnnotationRecord[] {
  return annotationsOf(document, imageId).filter(isUnreviewed).sort(leastSureFirst);
}

/** The next image of the list after `from` (round its end) where something waits; `from` itself comes last. */
export function nextImageToReview(
  document: Document,
  images: readonly ImageRecord[],
  from: ImageId | null,
): ImageRecord | null {
  const at = images.findIndex(({ id }) => id === from);
  const round = [...images.slice(at + 1), ...images.slice(0, at + 1)];
  return round.find((image) => isWaiting(document, image)) ?? null;
}

/** Skipped and finished images are not asked about again. */
function isWaiting(document: Document, { id, state }: ImageRecord): boolean {
  return state !== 'done' && state !== 'skipped' && annotationsOf(document, id).some(isUnreviewed);
}
