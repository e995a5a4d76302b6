import type {
  AnnotationId,
  AnnotationRecord,
  CategoryId,
  CategoryRecord,
  Entity,
  ImageId,
  ImageRecord,
  TargetId,
  TargetRecord,
  TurnId,
  TurnRecord,
} from './records.ts';
import { assertNever } from '../errors.ts';

/** The records of a project by kind. Maps are replaced, never mutated, and a record keeps its identity until it changes. */
export interface Document {
  readonly images: ReadonlyMap<ImageId, ImageRecord>;
  readonly categories: ReadonlyMap<CategoryId, CategoryRecord>;
  readonly annotations: ReadonlyMap<AnnotationId, AnnotationRecord>;
  readonly turns: ReadonlyMap<TurnId, TurnRecord>;
  readonly targets: ReadonlyMap<TargetId, TargetRecord>;
}

export const noRecords: Document = {
  images: new Map(),
  categories: new Map(),
  annotations: new Map(),
  turns: new Map(),
  targets: new Map(),
};

/** The record with the id and kind of `record`, as it stands in the document. */
export function standing(document: Document, record: Entity): Entity | undefined {
  switch (record.kind) {
    case 'image':
      return document.images.get(record.id);
    case 'category':
      return document.categories.get(record.id);
    case 'annotation':
      return document.annotations.get(record.id);
    case 'turn':
      return document.turns.get(record.id);
    case 'target':
      return document.targets.get(record.id);
    default:
      return assertNever(record);
  }
}
