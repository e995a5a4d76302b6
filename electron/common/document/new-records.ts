import type { AnnotationRecord, CategoryRecord, ImageRecord, TargetRecord, TurnRecord } from './records.ts';

/** What the maker of a record must know, and whatever else of it he knows. */
type Facts<R, Needed extends keyof R> = Pick<R, Needed> & Partial<Omit<R, 'kind'>>;

export function newImage(
  facts: Facts<ImageRecord, 'id' | 'name' | 'source' | 'sha256' | 'width' | 'height' | 'order' | 'addedAt'>,
): ImageRecord {
  return { kind: 'image', folders: '', state: null, split: null, licence: null, comments: [], ...facts };
}

export function newCategory(
  facts: Facts<CategoryRecord, 'id' | 'name' | 'colour' | 'order'>,
): CategoryRecord {
  return { kind: 'category', supercategory: '', attributes: [], ...facts };
}

/** A mask's record. One that a model drew is a proposal and keeps that mask beside later corrections; a person's is accepted. */
export function newAnnotation(
  facts: Facts<
    AnnotationRecord,
    | 'id'
    | 'imageId'
    | 'categoryId'
    | 'name'
    | 'mask'
    | 'bbox'
    | 'area'
    | 'source'
    | 'colour'
    | 'order'
    | 'createdAt'
  >,
): AnnotationRecord {
  const isModels = facts.source === 'model';
  return {
    kind: 'annotation',
    edited: false,
    score: null,
    review: isModels ? 'proposed' : 'accepted',
    modelMask: isModels ? facts.mask : null,
    hasLogits: isModels,
    threshold: isModels ? 0 : null,
    hidden: false,
    locked: false,
    crowd: false,
    attributes: {},
    comments: [],
    ...facts,
  };
}

/** A question that nobody answered yet. */
export function newTurn(
  facts: Facts<TurnRecord, 'id' | 'imageId' | 'order' | 'question' | 'outcome' | 'createdAt'>,
): TurnRecord {
  return {
    kind: 'turn',
    references: [],
    answer: null,
    rawAnswer: null,
    error: null,
    notes: [],
    draft: false,
    model: null,
    stats: null,
    ...facts,
  };
}

export function newTarget(
  facts: Facts<TargetRecord, 'id' | 'turnId' | 'index' | 'phrase' | 'annotationId'>,
): TargetRecord {
  return { kind: 'target', description: null, empty: false, ...facts };
}
