import { isSameRecord } from './diff.ts';
import type { Document } from './document.ts';
import type { AnnotationRecord, Diff, ImageId, ImageRecord, ImageState } from './records.ts';
import { isUnreviewed } from './review.ts';
import { annotationsOf, cached, turnsOf } from './views.ts';

/** In the order of the work. */
export const imageStates: readonly ImageState[] = ['new', 'labelled', 'review', 'done', 'skipped'];

/**
 * Where the work on an image stands: as a person set it; else to review while anything on it waits for a decision, labelled once it has
 * targets, and new before.
 */
export function imageStateOf(
  document: Pick<Document, 'annotations' | 'turns'>,
  image: Pick<ImageRecord, 'id' | 'state'>,
): ImageState {
  if (image.state !== null) return image.state;
  const annotations = annotationsOf(document, image.id);
  if (isAnyUnreviewed(annotations) || turnsOf(document, image.id).some(({ draft }) => draft)) return 'review';
  return annotations.length > 0 ? 'labelled' : 'new';
}

/** Asked of every image at every search and every edit; the list of an image is another one when something on it changes. */
const isAnyUnreviewed = cached((annotations: readonly AnnotationRecord[]) => annotations.some(isUnreviewed));

/** How many images stand where. */
export function imageProgress(document: Document): Readonly<Record<ImageState, number>> {
  const counts = { new: 0, labelled: 0, review: 0, done: 0, skipped: 0 };
  for (const image of document.images.values()) counts[imageStateOf(document, image)] += 1;
  return counts;
}

/** The images in a state that a person chose; null leaves it to the rule again. */
export function withImageState(document: Document, ids: readonly ImageId[], state: ImageState | null): Diff {
  return changedImages(document, ids, () => ({ state }));
}

/** The given images with `change` applied; those it leaves as they are do not appear. */
export function changedImages(
  document: Pick<Document, 'images'>,
  ids: readonly ImageId[],
  change: (
    image: ImageRecord,
  ) => Partial<Pick<ImageRecord, 'state' | 'split' | 'licence' | 'comments' | 'order'>>,
): Diff {
  const changed = [...new Set(ids)].flatMap((id) => {
    const before = document.images.get(id);
    if (before === undefined) return [];
    const after = { ...before, ...change(before) };
    return isSameRecord(before, after) ? [] : [[before, after] as const];
  });
  return { added: [], changed, removed: [] };
}
