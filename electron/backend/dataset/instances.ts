import type { Document } from '../../common/document/document.ts';
import type { AnnotationRecord, ImageRecord } from '../../common/document/records.ts';
import { annotationsOf } from '../../common/document/views.ts';
import type { Box } from '../../common/geometry.ts';

/** A known thing in an image, as a model is told of it. */
export interface Instance {
  /** Short and the same whenever the image is looked at: "i1". */
  readonly id: string;
  readonly annotation: AnnotationRecord;
  readonly category: string;
  readonly box: Box;
}

/** Small models lose the thread beyond this, and the paper's most is 34 in one answer. */
const mostInstances = 60;

/**
 * What of an image's masks a question may be about: accepted ones with a pixel and a name, the largest where there are too many, numbered from the left.
 */
export function instancesOf(document: Document, image: ImageRecord): Instance[] {
  const { categories } = document;
  return annotationsOf(document, image.id)
    .filter(isUsable)
    .map((annotation) => ({ annotation, category: nameOf(annotation, categories) }))
    .filter(({ category }) => category !== '')
    .sort((a, b) => b.annotation.area - a.annotation.area)
    .slice(0, mostInstances)
    .sort(
      (a, b) => a.annotation.bbox[0] - b.annotation.bbox[0] || (a.annotation.id < b.annotation.id ? -1 : 1),
    )
    .map((instance, index) => ({ ...instance, id: `i${index + 1}`, box: instance.annotation.bbox }));
}

function isUsable({ area, review, crowd }: AnnotationRecord): boolean {
  return area > 0 && review === 'accepted' && !crowd;
}

function nameOf({ categoryId, name }: AnnotationRecord, categories: Document['categories']): string {
  return (categoryId === null ? undefined : categories.get(categoryId)?.name) ?? name;
}
