import type { AnnotationRecord } from '../../electron/common/document/records.ts';
import { hover, requestCamera, select, setTool } from './view.ts';

/** Selects a target and brings it into view. */
export function reveal(annotation: AnnotationRecord): void {
  select([annotation.id]);
  if (annotation.area > 0) requestCamera({ kind: 'box', box: annotation.bbox });
}

/** Selects a target, brings it into view and takes the brush. */
export function startEditing(annotation: AnnotationRecord): void {
  reveal(annotation);
  hover(null);
  setTool('brush');
}
