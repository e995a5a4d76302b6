import type { Document } from '../../electron/common/document/document.ts';
import type { AnnotationRecord, ImageId } from '../../electron/common/document/records.ts';
import { annotationsOf } from '../../electron/common/document/views.ts';

/** The option by which a format is told what becomes of targets without a class (electron/backend/formats). */
export const looseOption = 'uncategorised';

/**
 * Targets that an export would write and that no class was given to.
 *
 * @param imageIds null means all images
 * @param review the export's own choice of targets; undefined where the format has none
 */
export function looseTargets(
  document: Pick<Document, 'images' | 'annotations'>,
  imageIds: readonly ImageId[] | null,
  review: string | undefined,
): readonly AnnotationRecord[] {
  const standing =
    imageIds === null
      ? [...document.annotations.values()]
      : imageIds.flatMap((id) => annotationsOf(document, id));
  return standing.filter(
    ({ categoryId, review: decision, area }) =>
      categoryId === null &&
      area > 0 &&
      decision !== 'rejected' &&
      (review !== 'accepted' || decision === 'accepted'),
  );
}
