import type {
  AnnotationId,
  AnnotationRecord,
  Diff,
  ImageRecord,
} from '../../electron/common/document/records.ts';
import { type Box, intersectBoxes } from '../../electron/common/geometry.ts';
import { newAnnotation } from '../../electron/common/document/new-records.ts';
import { isShown } from '../../electron/common/document/shown.ts';
import { nextOrder } from '../../electron/common/document/order.ts';
import { differenceOf, unionOf, unionOfAll } from '../../electron/common/mask-algebra.ts';
import { nextColour } from '../../electron/common/palette.ts';
import { type Runs, areaOf, boxOf, isEmptyMask, isSameMask } from '../../electron/common/runs.ts';
import { maskRuns, storedMask } from '../picture/mask-runs.ts';
import { newAnnotationId } from '../../electron/common/document/new-ids.ts';

/** What tools do to masks, as values: records in, a diff out. */

export type Effect = 'add' | 'subtract';

/**
 * The record with another mask. A model's own mask is kept beside it the first time a person changes it.
 *
 * @param within the box outside which the mask stays as it is, when it is known
 */
export function withMask(record: AnnotationRecord, runs: Runs, within?: Box): AnnotationRecord {
  return {
    ...record,
    mask: storedMask(runs, maskRuns(record.mask), within),
    bbox: boxOf(runs),
    area: areaOf(runs),
    edited: record.source === 'model' ? true : record.edited,
    modelMask: record.source === 'model' ? (record.modelMask ?? record.mask) : record.modelMask,
  };
}

/** Null when the mask stays as it is: then there is nothing to commit. */
export function maskDiff(record: AnnotationRecord, runs: Runs, within?: Box): Diff | null {
  if (isSameMask(maskRuns(record.mask), runs)) return null;
  return { added: [], changed: [[record, withMask(record, runs, within)]], removed: [] };
}

/** The mask after a shape was added to it or taken from it. */
export function combined(record: AnnotationRecord, shape: Runs, effect: Effect): Runs {
  const runs = maskRuns(record.mask);
  return effect === 'add' ? unionOf(runs, shape) : differenceOf(runs, shape);
}

/** The shape without the pixels of other shown targets of the image. */
export function sparingOthers(
  shape: Runs,
  others: readonly AnnotationRecord[],
  own: AnnotationId | null,
): Runs {
  const box = boxOf(shape);
  const inTheWay = others.filter(
    (other) => other.id !== own && isShown(other) && intersectBoxes(other.bbox, box)[2] > 0,
  );
  const covered = unionOfAll(
    inTheWay.map((other) => maskRuns(other.mask)),
    shape,
  );
  return isEmptyMask(covered) ? shape : differenceOf(shape, covered);
}

/** A new target drawn by a person, above all others of its image. */
export function newTarget(
  image: ImageRecord,
  others: readonly AnnotationRecord[],
  runs: Runs,
  given: Partial<Pick<AnnotationRecord, 'name' | 'categoryId' | 'colour' | 'autoColour' | 'attributes'>> = {},
): AnnotationRecord {
  return newAnnotation({
    id: newAnnotationId(),
    imageId: image.id,
    categoryId: given.categoryId ?? null,
    name: given.name ?? freeName(others),
    mask: storedMask(runs),
    bbox: boxOf(runs),
    area: areaOf(runs),
    source: 'person',
    colour: given.colour ?? nextColour(others.map(({ colour }) => colour)),
    order: nextOrder(others),
    ...(given.attributes === undefined ? {} : { attributes: given.attributes }),
    ...(given.autoColour === true ? { autoColour: true } : {}),
    createdAt: new Date().toISOString(),
  });
}

function freeName(others: readonly AnnotationRecord[]): string {
  const taken = new Set(others.map(({ name }) => name));
  for (let number = 1; ; number++) {
    const name = `Target ${number}`;
    if (!taken.has(name)) return name;
  }
}

/** Why a target may not be changed now, as a sentence; null when it may. */
export function refusal(record: AnnotationRecord): string | null {
  if (record.locked) return `"${record.name}" is locked. Unlock it in the target list to change its mask.`;
  if (record.hidden) return `"${record.name}" is hidden. Show it in the target list to change its mask.`;
  return null;
}
