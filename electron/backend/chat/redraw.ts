import type {
  AnnotationId,
  Diff,
  DrawnMask,
  ImageRecord,
  Rle,
  TargetId,
  TargetRecord,
} from '../../common/document/records.ts';
import { annotationsOf } from '../../common/document/views.ts';
import { AppError } from '../../common/errors.ts';
import { nextColour } from '../../common/palette.ts';
import { toldQuestion } from '../../common/document/references.ts';
import { runsOf } from '../../common/rle.ts';
import { areaOf, boxOf } from '../../common/runs.ts';
import type { ModelService } from '../models/model-service.ts';
import type { OpenProject } from '../project/open-projects.ts';
import type { ProjectStore } from '../project/project-store.ts';
import type { StoredLogits } from '../project/stored-logits.ts';
import { annotationOf, CategoryChooser, topmostOrder } from './answer-draft.ts';
import { targetName } from './target-names.ts';

/** Where the reference cuts, and so every answer. */
const answerThreshold = 0;

/** Draws kept logits at a threshold, outside of this process. */
export type Redraw = (logits: StoredLogits, image: ImageRecord, threshold: number) => Promise<DrawnMask>;

export function redrawWith(models: ModelService, signal: AbortSignal): Redraw {
  return ({ side, placement, halfFloats }, { width, height }, threshold) =>
    models.redraw({ logits: { side, placement, halfFloats }, image: { width, height }, threshold }, signal);
}

/**
 * The model's mask at another threshold; changes nothing. The logits were rounded to 11 bits when they were kept, so at the
 * threshold of the answer itself the answer's own mask is given.
 *
 * @throws AppError 'unknown-record' when the annotation has no logits
 */
export async function rethreshold(
  store: ProjectStore,
  id: AnnotationId,
  threshold: number,
  redraw: Redraw,
): Promise<DrawnMask> {
  const annotation = store.find('annotation', id);
  const logits = store.logitsOfAnnotation(id);
  if (!logits) {
    throw new AppError(
      'unknown-record',
      'The model’s values for this mask were not kept, so its threshold cannot be changed.',
      { id },
    );
  }
  if (threshold === answerThreshold && annotation.modelMask) return asDrawn(annotation.modelMask);
  return redraw(logits, store.find('image', annotation.imageId), threshold);
}

function asDrawn(mask: Rle): DrawnMask {
  const runs = runsOf(mask);
  return { mask, bbox: boxOf(runs), area: areaOf(runs) };
}

/**
 * Draws a target of an answer again whose annotation was deleted (or undone), or that had no pixel at the answer's threshold.
 *
 * @param threshold  logit that a pixel must exceed
 * @returns the project's revision
 * @throws AppError 'unknown-record' when nothing was kept of it, 'conflict' when it has an annotation
 */
export async function restoreTarget(
  project: OpenProject,
  { targetId, threshold }: { readonly targetId: TargetId; readonly threshold: number },
  redraw: Redraw,
): Promise<number> {
  const { store } = project;
  checkHasNoMask(store, targetId);
  const drawn = await redrawTarget(store, { targetId, threshold }, redraw);
  if (drawn.area === 0)
    throw new AppError('unknown-record', 'The model drew nothing for this target.', { targetId, threshold });
  // Looked at again: another window may have restored it while it was drawn.
  const target = checkHasNoMask(store, targetId);
  const turn = store.find('turn', target.turnId);
  const image = store.find('image', turn.imageId);
  const name = targetName(target.phrase, toldQuestion(turn));
  const categories = new CategoryChooser(store);
  const others = annotationsOf(store.document, image.id);
  const drawnAnnotation = annotationOf({
    drawn: { ...drawn, score: null },
    name,
    colour: nextColour(others.map(({ colour }) => colour)),
    categoryId: categories.idFor(name),
    imageId: image.id,
    order: topmostOrder(store, image.id),
    createdAt: new Date().toISOString(),
  });
  const annotation = { ...drawnAnnotation, threshold, autoColour: true };
  const linked = { ...target, annotationId: annotation.id, empty: false };
  const diff: Diff = { added: [...categories.created, annotation], changed: [[target, linked]], removed: [] };
  return project.commit({
    diff,
    label: `Restore ${name}`,
    undo: { added: [], changed: [[linked, target]], removed: [annotation] },
    extras: { reassigned: [{ targetId, annotationId: annotation.id }] },
  });
}

/** @throws AppError 'unknown-record', 'conflict' */
function checkHasNoMask(store: ProjectStore, targetId: TargetId): TargetRecord {
  const target = store.find('target', targetId);
  if (target.annotationId === null) return target;
  throw new AppError('conflict', 'This target still has its mask.', { targetId });
}

/** @throws AppError 'unknown-record' when nothing was kept of it */
async function redrawTarget(
  store: ProjectStore,
  { targetId, threshold }: { readonly targetId: TargetId; readonly threshold: number },
  redraw: Redraw,
): Promise<DrawnMask> {
  const turn = store.find('turn', store.find('target', targetId).turnId);
  const logits = store.logitsOfTarget(targetId);
  if (!logits) throw new AppError('unknown-record', 'The model drew nothing for this target.', { targetId });
  return redraw(logits, store.find('image', turn.imageId), threshold);
}
