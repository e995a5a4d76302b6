import type { Document } from '../document/document.ts';
import type { AnnotationRecord, TargetRecord, TurnRecord } from '../document/records.ts';
import { annotationsOf, targetsOf } from '../document/views.ts';
import { markedAnswer } from './marked-answer.ts';
import type { MuseItem, MuseItemTarget } from './muse-rules.ts';

/** A turn as the rules look at it: {seg} after the words of each target that has a mask. */
export function museItemOf(document: Document, turn: TurnRecord): MuseItem {
  const { answer, targets } = markedAnswer(turn, targetsOf(document, turn.id));
  return {
    question: turn.question,
    answer,
    targets: targets.map((target) => museTargetOf(document, turn.imageId, target)),
  };
}

/** What the rules ask of a mask that an answer names. */
export function museTargetOf(
  document: Document,
  imageId: TurnRecord['imageId'],
  { annotationId, description, phrase }: Pick<TargetRecord, 'annotationId' | 'description' | 'phrase'>,
): MuseItemTarget {
  const masks = annotationsOf(document, imageId);
  const mask = masks.find(({ id }) => id === annotationId);
  const category = mask === undefined ? '' : categoryNameOf(document, mask);
  return {
    description: description ?? phrase,
    category,
    ofThisCategory:
      category === '' ? 1 : masks.filter(({ categoryId }) => categoryId === mask?.categoryId).length,
    instance: annotationId ?? '',
  };
}

function categoryNameOf(
  { categories }: Pick<Document, 'categories'>,
  { categoryId }: AnnotationRecord,
): string {
  return (categoryId === null ? undefined : categories.get(categoryId)?.name) ?? '';
}
