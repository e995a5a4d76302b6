import type { JobStatus } from '../../electron/common/job-messages.ts';
import {
  newAnnotation,
  newCategory,
  newImage,
  newTarget,
  newTurn,
} from '../../electron/common/document/new-records.ts';
import type {
  AnnotationId,
  AnnotationRecord,
  CategoryId,
  CategoryRecord,
  Entity,
  ImageId,
  ImageRecord,
  Rle,
  TargetId,
  TargetRecord,
  TurnId,
  TurnRecord,
} from '../../electron/common/document/records.ts';

/** Builders of document records: everything has a value, a test names only what it is about. */
const when = '2026-11-22T12:00:00.000Z';

// Ids are branded strings; a test may make one up.
export const anImageId = (text: string): ImageId => text as ImageId;
export const aCategoryId = (text: string): CategoryId => text as CategoryId;
export const anAnnotationId = (text: string): AnnotationId => text as AnnotationId;
export const aTurnId = (text: string): TurnId => text as TurnId;
export const aTargetId = (text: string): TargetId => text as TargetId;

export function anImage(fields: Partial<ImageRecord> = {}): ImageRecord {
  return newImage({
    id: anImageId('image-1'),
    name: 'photo.png',
    source: { kind: 'linked', path: '/nowhere/photo.png' },
    sha256: 'a'.repeat(64),
    width: 4,
    height: 3,
    order: 1,
    addedAt: when,
    ...fields,
  });
}

export function aCategory(fields: Partial<CategoryRecord> = {}): CategoryRecord {
  return newCategory({
    id: aCategoryId('category-1'),
    name: 'cup',
    colour: '#0072b2',
    order: 1,
    ...fields,
  });
}

/** 4 x 3, the pixel (1, 1) set. */
export const onePixel: Rle = { size: [3, 4], counts: '417' };

export function anAnnotation(fields: Partial<AnnotationRecord> = {}): AnnotationRecord {
  return newAnnotation({
    id: anAnnotationId('annotation-1'),
    imageId: anImageId('image-1'),
    categoryId: null,
    name: 'red cup',
    mask: onePixel,
    bbox: [1, 1, 1, 1],
    area: 1,
    source: 'person',
    colour: '#0072b2',
    order: 1,
    createdAt: when,
    ...fields,
  });
}

export function aTurn(fields: Partial<TurnRecord> = {}): TurnRecord {
  return newTurn({
    id: aTurnId('turn-1'),
    imageId: anImageId('image-1'),
    order: 1,
    question: 'What can I drink from?',
    answer: [{ type: 'text', text: 'Nothing here.' }],
    rawAnswer: 'Nothing here.',
    outcome: 'answered',
    createdAt: when,
    ...fields,
  });
}

export function aTarget(fields: Partial<TargetRecord> = {}): TargetRecord {
  return newTarget({
    id: aTargetId('target-1'),
    turnId: aTurnId('turn-1'),
    index: 0,
    phrase: 'red cup',
    annotationId: null,
    ...fields,
  });
}

/** One record of each kind, tied together. */
export const everyKind: readonly Entity[] = [
  anImage(),
  aCategory(),
  anAnnotation({ categoryId: aCategoryId('category-1') }),
  aTurn(),
  aTarget({ annotationId: anAnnotationId('annotation-1') }),
];

/** A job of the scripted studio's project. */
export function aJob(fields: Partial<JobStatus> = {}): JobStatus {
  return {
    id: '00000000-0000-4000-8000-000000000002',
    folder: '/projects/kitchen',
    kind: 'ask',
    title: 'What is red?',
    state: 'running',
    done: 0,
    failed: 0,
    total: 3,
    running: ['photo.png'],
    millisecondsLeft: null,
    figures: {},
    error: null,
    createdAt: '2026-11-27T02:00:00.000Z',
    ...fields,
  };
}
