import {
  type AnnotationId,
  type CategoryId,
  annotationId,
  categoryId,
} from '../../electron/common/document/records.ts';

export function newAnnotationId(): AnnotationId {
  return annotationId.parse(crypto.randomUUID());
}

export function newCategoryId(): CategoryId {
  return categoryId.parse(crypto.randomUUID());
}
