import type { Standing } from '../../common/document/diff.ts';
import type {
  AnnotationRecord,
  Diff,
  Entity,
  EntityId,
  EntityKind,
  ImageRecord,
  Rle,
} from '../../common/document/records.ts';
import { AppError, assertNever } from '../../common/errors.ts';
import { kindWords, recordWords } from '../../common/document/record-words.ts';
import { areReferencesInPlace } from '../../common/document/references.ts';
import { runsOf } from '../../common/rle.ts';
import { areaOf, boxOf } from '../../common/runs.ts';

/**
 * Refuses a change that would leave the document untrue: masks that do not parse or have another size than their image, figures
 * that are not the mask's, names of nothing, references to nothing.
 *
 * @param after the document as it would be
 * @throws AppError 'invalid-change', 'bad-rle', 'mask-size-mismatch'
 */
export function checkChange(after: Standing, diff: Diff): void {
  for (const record of diff.added) checkRecord(after, record, null);
  for (const [before, record] of diff.changed) checkRecord(after, record, before);
  for (const record of diff.removed) checkNothingPointsTo(after, record);
  for (const [before, record] of diff.changed) {
    if (record.kind === 'image' && before.kind === 'image' && !isSameSize(before, record))
      checkMasksOf(after, record);
  }
}

function checkRecord(after: Standing, record: Entity, before: Entity | null): void {
  switch (record.kind) {
    case 'image':
    case 'category':
      if (record.name.trim() === '') throw invalid(record, `The ${kindWords[record.kind]} needs a name.`);
      return;
    case 'annotation': {
      const image = mustFind(after, record, record.imageId, 'image');
      if (record.categoryId !== null) mustFind(after, record, record.categoryId, 'category');
      checkMasks(record, image, before?.kind === 'annotation' ? before : null);
      return;
    }
    case 'turn':
      mustFind(after, record, record.imageId, 'image');
      // Their masks may be gone: a question goes on meaning what was deleted, and has it again after undo.
      if (!areReferencesInPlace(record)) {
        throw invalid(record, 'The words that mean targets do not fit the question.');
      }
      return;
    case 'target':
      mustFind(after, record, record.turnId, 'turn');
      if (record.annotationId !== null) mustFind(after, record, record.annotationId, 'annotation');
      return;
    default:
      assertNever(record);
  }
}

function checkMasks(record: AnnotationRecord, image: ImageRecord, before: AnnotationRecord | null): void {
  const isMaskNew = !before || !isSameRle(before.mask, record.mask);
  const isImageNew = before?.imageId !== record.imageId;
  if (isMaskNew || isImageNew || before.area !== record.area || !isSameBox(before.bbox, record.bbox)) {
    const runs = parseMask(record, record.mask, image);
    const [area, bbox] = [areaOf(runs), boxOf(runs)];
    if (area !== record.area || !isSameBox(bbox, record.bbox)) {
      throw invalid(record, `The mask has ${area} pixels in [${bbox.join(', ')}], not what the record says.`);
    }
  }
  const { modelMask } = record;
  // A fresh answer's own mask is the mask that was just looked at.
  if (modelMask && isSameRle(modelMask, record.mask) && isMaskNew) return;
  if (modelMask && (isImageNew || !before.modelMask || !isSameRle(before.modelMask, modelMask))) {
    parseMask(record, modelMask, image);
  }
}

function parseMask(record: AnnotationRecord, mask: Rle, image: ImageRecord) {
  const [height, width] = mask.size;
  if (width !== image.width || height !== image.height) {
    throw new AppError(
      'mask-size-mismatch',
      `The mask is ${width} x ${height} pixels, but the image ${image.name} is ${image.width} x ${image.height}.`,
      { id: record.id, imageId: image.id },
    );
  }
  return runsOf(mask);
}

function checkMasksOf(after: Standing, image: ImageRecord): void {
  for (const record of after.pointingTo(image)) {
    if (record.kind === 'annotation') parseMask(record, record.mask, image);
  }
}

function checkNothingPointsTo(after: Standing, gone: Entity): void {
  for (const record of after.pointingTo(gone))
    throw invalid(record, `It is still used by ${recordWords(record)}.`);
}

function mustFind<K extends EntityKind>(
  after: Standing,
  record: Entity,
  id: EntityId,
  kind: K,
): Extract<Entity, { kind: K }> {
  const found = after.get(id);
  if (found?.kind === kind) return found as Extract<Entity, { kind: K }>; // narrowed by the line above
  throw invalid(
    record,
    `What was said of ${recordWords(record)} belongs to ${kind === 'image' ? 'an' : 'a'} ${kindWords[kind]} that is not in the project.`,
  );
}

function invalid(record: Entity, reason: string): AppError {
  return new AppError('invalid-change', `The change was refused. ${reason}`, {
    id: record.id,
    kind: record.kind,
  });
}

const isSameSize = (a: ImageRecord, b: ImageRecord) => a.width === b.width && a.height === b.height;
const isSameRle = (a: Rle, b: Rle) =>
  a.counts === b.counts && a.size[0] === b.size[0] && a.size[1] === b.size[1];
const isSameBox = (a: readonly number[], b: readonly number[]) =>
  a.every((value, index) => value === b[index]);
