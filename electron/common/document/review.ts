import type { Document } from './document.ts';
import type { AnnotationId, AnnotationRecord, Diff } from './records.ts';
import { changedTargets } from './target-edits.ts';

/** The given targets, accepted or rejected; those that are so already do not appear. */
export function reviewed(
  document: Document,
  ids: readonly AnnotationId[],
  review: AnnotationRecord['review'],
): Diff {
  return changedTargets(document, ids, () => ({ review }));
}

/** True while nobody has said whether the model is right. */
export function isUnreviewed({ review }: Pick<AnnotationRecord, 'review'>): boolean {
  return review === 'proposed';
}

/** In the order in which a reviewer wants them: what the model was least sure of first, what has no score last. */
export function leastSureFirst(
  a: Pick<AnnotationRecord, 'score' | 'order'>,
  b: Pick<AnnotationRecord, 'score' | 'order'>,
): number {
  return (a.score ?? 2) - (b.score ?? 2) || b.order - a.order;
}
