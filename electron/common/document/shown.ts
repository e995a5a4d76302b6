import type { AnnotationId, AnnotationRecord } from './records.ts';

/** Whether a target is in the picture: hidden ones are not, rejected ones only while they are selected. */
export function isShown(
  { id, hidden, review }: Pick<AnnotationRecord, 'id' | 'hidden' | 'review'>,
  selection: readonly AnnotationId[] = [],
): boolean {
  return !hidden && (review !== 'rejected' || selection.includes(id));
}
