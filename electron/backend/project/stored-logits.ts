import { type Placement, placementSchema } from '../../../native-models/shapes.ts';
import { AppError } from '../../common/errors.ts';
import type { AnnotationId, TargetId } from '../../common/document/records.ts';
import type { Database } from './database.ts';
import { bytesSum } from './record-sum.ts';

/** The model's own mask before any threshold, at the pixel decoder's resolution. */
export interface StoredLogits {
  readonly targetId: TargetId;
  readonly annotationId: AnnotationId;
  readonly side: number;
  readonly placement: Placement;
  /** f16 [side, side]: 32 KiB for the published models (native-models/half-floats.ts). */
  readonly halfFloats: Uint16Array;
}

const columns = 'target_id, annotation_id, side, placement, half_floats, sum';

export function writeLogits(database: Database, logits: StoredLogits): void {
  const { buffer, byteOffset, byteLength } = logits.halfFloats;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const placement = JSON.stringify(logits.placement);
  database
    .prepare(`INSERT OR REPLACE INTO logits (${columns}) VALUES (?, ?, ?, ?, ?, ?)`)
    .run(
      logits.targetId,
      logits.annotationId,
      logits.side,
      placement,
      bytes,
      bytesSum(bytes, `${logits.side} ${placement}`),
    );
}

export function readLogitsOfAnnotation(database: Database, id: AnnotationId): StoredLogits | null {
  return logitsOf(database.prepare(`SELECT ${columns} FROM logits WHERE annotation_id = ?`).get(id));
}

export function readLogitsOfTarget(database: Database, id: TargetId): StoredLogits | null {
  return logitsOf(database.prepare(`SELECT ${columns} FROM logits WHERE target_id = ?`).get(id));
}

/** A restored target has a new annotation; its logits go with it. */
export function reassignLogits(database: Database, target: TargetId, annotation: AnnotationId): void {
  database.prepare('UPDATE logits SET annotation_id = ? WHERE target_id = ?').run(annotation, target);
}

function logitsOf(row: unknown): StoredLogits | null {
  if (row === undefined) return null;
  const found = row as Record<'target_id' | 'annotation_id' | 'placement', string> & {
    side: number;
    half_floats: Uint8Array;
    sum: number | null;
  }; // the columns named above, all NOT NULL but the sum, which what was kept before schema 5 lacks
  if (found.sum !== null && found.sum !== bytesSum(found.half_floats, `${found.side} ${found.placement}`)) {
    const message =
      'The values kept of this mask are damaged on the disk, so that it cannot be drawn anew from them. The mask itself is whole; ask again to have new ones.';
    throw new AppError('project-damaged', message, { annotationId: found.annotation_id });
  }
  return {
    targetId: found.target_id as TargetId,
    annotationId: found.annotation_id as AnnotationId,
    side: found.side,
    placement: placementSchema.parse(JSON.parse(found.placement)),
    // A copy: the blob's bytes need not begin at an even address.
    halfFloats: new Uint16Array(found.half_floats.slice().buffer),
  };
}
