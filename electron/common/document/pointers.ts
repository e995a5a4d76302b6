import { assertNever } from '../errors.ts';
import type { Entity, EntityId } from './records.ts';

/**
 * The records that one cannot be without. A question's references to masks are none of them: they may mean what was deleted, and mean
 * it again after undo.
 */
export function referencesOf(record: Entity): readonly EntityId[] {
  switch (record.kind) {
    case 'image':
    case 'category':
      return [];
    case 'annotation':
      return record.categoryId === null ? [record.imageId] : [record.imageId, record.categoryId];
    case 'turn':
      return [record.imageId];
    case 'target':
      return record.annotationId === null ? [record.turnId] : [record.turnId, record.annotationId];
    default:
      return assertNever(record);
  }
}
