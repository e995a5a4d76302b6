import { firstToReview, toReviewIn } from '../../electron/common/document/image-order.ts';
import type { AnnotationId } from '../../electron/common/document/records.ts';
import { nextListedToReview } from './image-list.ts';
import { useStudio } from './studio.ts';
import { requestCamera, select, setView, showImage } from './view.ts';

/** From here on each decision leads to the next target, and behind an image's last one to the next image of the list. */
export function startReview(): void {
  setView({ reviewing: true });
  const { document, view } = useStudio.getState();
  if (view.imageId !== null && firstToReview(document, view.imageId) !== null) arrive();
  else showNextToReview();
}

export function stopReview(): void {
  setView({ reviewing: false });
}

/**
 * After a decision about `done`: the target the model was least sure of among those that still wait here, else the next image by itself.
 *
 * @returns false when nothing waits any more
 */
export function goOnReviewing(done: readonly AnnotationId[]): boolean {
  const { document, view } = useStudio.getState();
  const next =
    view.imageId === null
      ? undefined
      : toReviewIn(document, view.imageId).find(({ id }) => !done.includes(id));
  if (next === undefined) return showNextToReview();
  select([next.id]);
  if (next.area > 0) requestCamera({ kind: 'box', box: next.bbox });
  return true;
}

/** The next image of the list where something waits, its first target selected. */
export function showNextToReview(): boolean {
  const image = nextListedToReview(useStudio.getState());
  if (image === null) return false;
  showImage(image.id);
  arrive();
  return true;
}

function arrive(): void {
  const { document, view } = useStudio.getState();
  const first = view.imageId === null ? null : firstToReview(document, view.imageId);
  if (first !== null) select([first.id]);
}
