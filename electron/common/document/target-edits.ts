import { unionOfAll } from '../mask-algebra.ts';
import { nextColour } from '../palette.ts';
import { rleOf, runsOf } from '../rle.ts';
import { areaOf, boxOf } from '../runs.ts';
import { hasNameOf } from './class-names.ts';
import { emptyDiff, isSameRecord } from './diff.ts';
import type { Document } from './document.ts';
import { newAnnotationId } from './new-ids.ts';
import type { AnnotationId, AnnotationRecord, Diff, Rle } from './records.ts';
import { annotationsFound, annotationsOf, targetsMeaning } from './views.ts';

/**
 * What a person does to targets, as diffs: values in, a value out, each one undo step. Locked targets are left alone by everything that changes their mask.
 */

/** The given targets with `change` applied; those it leaves as they are do not appear. */
export function changedTargets(
  document: Document,
  ids: readonly AnnotationId[],
  change: (annotation: AnnotationRecord) => Partial<AnnotationRecord>,
): Diff {
  const changed = annotationsFound(document, ids).flatMap((before) => {
    const after = { ...before, ...change(before) };
    return isSameRecord(before, after) ? [] : [[before, after] as const];
  });
  return { added: [], changed, removed: [] };
}

/** Without the given targets; phrases that named them stay in their answers, naming nothing. */
export function withoutTargets(document: Document, ids: readonly AnnotationId[]): Diff {
  const removed = annotationsFound(document, ids).filter((annotation) => !annotation.locked);
  return { added: [], changed: unlinked(document, removed), removed };
}

/** Copies directly above their originals, marked as a person's own. What has only its class's name is one more of that class. */
export function duplicatedTargets(document: Document, ids: readonly AnnotationId[]): Diff {
  const originals = annotationsFound(document, ids);
  const used = coloursOf(document, originals[0]);
  const added = originals.map((original): AnnotationRecord => {
    const colour = nextColour(used);
    used.push(colour);
    return {
      ...original,
      id: newAnnotationId(),
      name: isOneOfItsClass(document, original) ? original.name : `${original.name} copy`,
      colour,
      autoColour: true,
      source: 'person',
      edited: false,
      modelMask: null,
      hasLogits: false,
      threshold: null,
      score: null,
      review: 'accepted',
      locked: false,
      order: orderAbove(document, original),
      createdAt: new Date().toISOString(),
    };
  });
  return { added, changed: [], removed: [] };
}

function isOneOfItsClass({ categories }: Document, target: AnnotationRecord): boolean {
  return target.categoryId !== null && hasNameOf(categories.get(target.categoryId), target);
}

/**
 * One target from several: the first keeps its name, category and colour and gets all pixels; phrases that named
 * the others, and questions that refer to them, mean it now.
 */
export function mergedTargets(document: Document, ids: readonly AnnotationId[]): Diff {
  const parts = annotationsFound(document, ids).filter((annotation) => !annotation.locked);
  const [first, ...others] = parts;
  if (first === undefined || others.length === 0) return emptyDiff;
  const union = unionOfAll(
    parts.map((annotation) => runsOf(annotation.mask)),
    { width: first.mask.size[1], height: first.mask.size[0] },
  );
  const merged = { ...first, ...maskFields(rleOf(union)), edited: first.source === 'model' };
  return {
    added: [],
    changed: [
      [first, merged],
      ...relinked(document, others, first.id),
      ...remeant(document, others, first.id),
    ],
    removed: others,
  };
}

/** Back to what the model drew. */
export function revertedTargets(document: Document, ids: readonly AnnotationId[]): Diff {
  return changedTargets(document, ids, (annotation) =>
    annotation.modelMask === null || annotation.locked
      ? {}
      : { ...maskFields(annotation.modelMask), edited: false, threshold: annotation.hasLogits ? 0 : null },
  );
}

/** The mask with the figures that go with it. */
export function maskFields(mask: Rle): Pick<AnnotationRecord, 'mask' | 'bbox' | 'area'> {
  const runs = runsOf(mask);
  return { mask, bbox: boxOf(runs), area: areaOf(runs) };
}

/** Moves one target next to another in the paint order of their image. */
export function reorderedTarget(
  document: Document,
  move: { readonly id: AnnotationId; readonly next: AnnotationId; readonly place: 'above' | 'below' },
): Diff {
  const target = document.annotations.get(move.next);
  if (target === undefined || move.id === move.next) return emptyDiff;
  const order =
    move.place === 'above' ? orderAbove(document, target, move.id) : orderBelow(document, target, move.id);
  return changedTargets(document, [move.id], () => ({ order }));
}

function orderAbove(document: Document, target: AnnotationRecord, except?: AnnotationId): number {
  const higher = neighbours(document, target, except).find((other) => other.order > target.order);
  return higher === undefined ? target.order + 1 : (target.order + higher.order) / 2;
}

function orderBelow(document: Document, target: AnnotationRecord, except?: AnnotationId): number {
  const lower = neighbours(document, target, except).findLast((other) => other.order < target.order);
  return lower === undefined ? target.order - 1 : (target.order + lower.order) / 2;
}

function neighbours(
  document: Document,
  target: AnnotationRecord,
  except: AnnotationId | undefined,
): readonly AnnotationRecord[] {
  return annotationsOf(document, target.imageId).filter(({ id }) => id !== except);
}

function coloursOf(document: Document, annotation: AnnotationRecord | undefined): string[] {
  if (annotation === undefined) return [];
  return annotationsOf(document, annotation.imageId).map(({ colour }) => colour);
}

function unlinked(document: Document, annotations: readonly AnnotationRecord[]): Diff['changed'] {
  return relinked(document, annotations, null);
}

function relinked(
  document: Document,
  annotations: readonly AnnotationRecord[],
  annotationId: AnnotationId | null,
): Diff['changed'] {
  // After a merge several phrases may name one mask.
  return annotations.flatMap(({ id }) =>
    targetsMeaning(document, id).map((target) => [target, { ...target, annotationId }] as const),
  );
}

/** Questions that refer to the given targets, referring to another in their place. */
function remeant(
  document: Document,
  annotations: readonly AnnotationRecord[],
  annotationId: AnnotationId,
): Diff['changed'] {
  const gone = new Set(annotations.map(({ id }) => id));
  return [...document.turns.values()].flatMap((turn) => {
    if (!turn.references.some((reference) => gone.has(reference.annotationId))) return [];
    const references = turn.references.map((reference) =>
      gone.has(reference.annotationId) ? { ...reference, annotationId } : reference,
    );
    return [[turn, { ...turn, references }] as const];
  });
}
