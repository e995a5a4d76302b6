import type { Document } from './document.ts';
import type {
  AnnotationId,
  AnnotationRecord,
  Diff,
  ImageId,
  Reference,
  TurnId,
  TurnRecord,
} from './records.ts';
import { annotationsOf, targetsMeaning, targetsOf, turnsOf } from './views.ts';

/**
 * What goes with questions that are removed: their phrases, and the masks the model drew for them that nobody has made his own
 * (corrected, accepted, locked, commented on) and that no other question means.
 *
 * @param meant references of a question that takes their place: its masks stay
 */
export function withoutQuestions(
  document: Document,
  turns: readonly TurnRecord[],
  meant: readonly Reference[] = [],
): Diff {
  const gone = new Set(turns.map(({ id }) => id));
  const targets = turns.flatMap(({ id }) => targetsOf(document, id));
  const imageIds = new Set(turns.map(({ imageId }) => imageId));
  const kept = new Set([
    ...meant.map(({ annotationId }) => annotationId),
    ...[...imageIds].flatMap((imageId) => meantByOthers(document, imageId, gone)),
  ]);
  const masks = new Set(targets.flatMap(({ annotationId }) => annotationId ?? []));
  const removed = [...masks].flatMap((id) => {
    const annotation = document.annotations.get(id);
    const isFree =
      annotation !== undefined &&
      isUntouched(annotation) &&
      !kept.has(id) &&
      !isNamedByOthers(document, id, gone);
    return isFree ? [annotation] : [];
  });
  return { added: [], changed: [], removed: [...targets, ...removed, ...turns] };
}

/** A mask as it came: nobody drew, corrected, accepted or locked it, or wrote to it. */
function isUntouched({ source, edited, review, locked, comments }: AnnotationRecord): boolean {
  const isOpen = review === 'proposed' || (review === 'rejected' && source !== 'person');
  return isOpen && !edited && !locked && comments.length === 0;
}

/** The masks that the questions which stay refer to. */
function meantByOthers(
  document: Document,
  imageId: ImageId,
  gone: ReadonlySet<TurnId>,
): readonly AnnotationId[] {
  return turnsOf(document, imageId)
    .filter(({ id }) => !gone.has(id))
    .flatMap(({ references }) => references.map(({ annotationId }) => annotationId));
}

/** True when a phrase of an answer that stays means the mask: after a merge several do. */
function isNamedByOthers(document: Document, id: AnnotationId, gone: ReadonlySet<TurnId>): boolean {
  return targetsMeaning(document, id).some(({ turnId }) => !gone.has(turnId));
}

/** Without images, with all that lies on them and was said of them. */
export function withoutImages(document: Document, ids: readonly ImageId[]): Diff {
  const removed = ids.flatMap((id) => {
    const image = document.images.get(id);
    if (image === undefined) return [];
    const turns = turnsOf(document, id);
    const targets = turns.flatMap((turn) => targetsOf(document, turn.id));
    return [...targets, ...turns, ...annotationsOf(document, id), image];
  });
  return { added: [], changed: [], removed };
}
