import { isShown } from '../../electron/common/document/shown.ts';
import type { AnnotationId, AnnotationRecord } from '../../electron/common/document/records.ts';
import { isPixelSet } from '../../electron/common/runs.ts';
import type { ImagePoint } from '../../electron/common/geometry.ts';
import { drawableRuns } from './mask-runs.ts';

/**
 * The targets with a mask pixel under a point, topmost first; those that are not shown are not hit.
 * A box test leaves few candidates (500 boxes are tested in microseconds, so no tree is kept);
 * each of those costs one binary search in its runs.
 *
 * @param annotations of one image, lowest first
 */
export function targetsAt(
  annotations: readonly AnnotationRecord[],
  point: ImagePoint,
): readonly AnnotationId[] {
  const x = Math.floor(point.x);
  const y = Math.floor(point.y);
  const hits: AnnotationId[] = [];
  for (let index = annotations.length - 1; index >= 0; index--) {
    const annotation = annotations[index] as AnnotationRecord;
    if (!isShown(annotation)) continue;
    const [left, top, width, height] = annotation.bbox;
    if (x < left || y < top || x >= left + width || y >= top + height) continue;
    if (isPixelSet(drawableRuns(annotation.mask), x, y)) hits.push(annotation.id);
  }
  return hits;
}

/** The target below the selected one, round and round: what Alt-click picks. */
export function nextTargetAt(
  hits: readonly AnnotationId[],
  selected: AnnotationId | null,
): AnnotationId | null {
  const at = selected === null ? -1 : hits.indexOf(selected);
  return hits[(at + 1) % Math.max(1, hits.length)] ?? null;
}
