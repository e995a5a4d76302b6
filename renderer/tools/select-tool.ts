import { MousePointer2 } from 'lucide-react';
import type { AnnotationId, AnnotationRecord } from '../../electron/common/document/records.ts';
import { moveMask } from '../../electron/common/mask-region.ts';
import { type ImagePoint, imagePoint } from '../../electron/common/geometry.ts';
import { nextTargetAt, targetsAt } from '../picture/hit-test.ts';
import { maskRuns } from '../picture/mask-runs.ts';
import { commitMask } from './apply-shape.ts';
import { refusal } from './mask-edit.ts';
import type { Tool, ToolPointer } from './tool.ts';
import { type Workbench, activeTarget } from './workbench.ts';
import { describeTool } from './tool-description.ts';

/** CSS pixels the pointer must go before a click becomes a move. */
const dragDistance = 4;

interface Grab {
  readonly record: AnnotationRecord;
  readonly start: ToolPointer;
  by: ImagePoint | null;
}

export const selectDescription = describeTool({
  id: 'select',
  title: 'Select and move',
  key: 'v',
  icon: MousePointer2,
  group: 'look',
  pen: null,
  options: [],
  create: selectTool,
});

/**
 * Click selects the topmost target, a second click in the same place or Alt-click the next one below, Shift-click adds to the
 * selection, a double click takes up the target to correct it; dragging moves the mask by whole pixels.
 */
export function selectTool(workbench: Workbench): Tool {
  let grab: Grab | null = null;
  let isOverTarget = false;
  let isDoubleClick = false;
  /** A slow second click on the selected target picks what lies beneath it, unless it becomes a drag. */
  let beneath: AnnotationId | null = null;
  /** What was selected before that: the second press of a double click means it. */
  let above: AnnotationId | null = null;

  const hitsAt = (point: ImagePoint): readonly AnnotationId[] => targetsAt(workbench.annotations(), point);

  const press = (pointer: ToolPointer): void => {
    const hits = hitsAt(pointer.point);
    if (pointer.clicks === 2 && above !== null) workbench.select([above]);
    above = null;
    const active = activeTarget(workbench);
    const isOnActive = active !== null && hits.includes(active.id);
    isDoubleClick = pointer.clicks === 2 && isOnActive && !pointer.alt && !pointer.shift && !pointer.mod;
    const picked = pointer.alt
      ? nextTargetAt(hits, active?.id ?? null)
      : isOnActive
        ? active.id
        : (hits[0] ?? null);
    const isSecond = isOnActive && pointer.clicks === 1 && !pointer.alt && !pointer.shift && !pointer.mod;
    beneath = isSecond && hits.length > 1 ? nextTargetAt(hits, active.id) : null;
    pick(workbench, picked, pointer.shift);
    const record = activeTarget(workbench);
    grab = record !== null && picked === record.id ? { record, start: pointer, by: null } : null;
  };

  const drag = (pointer: ToolPointer): void => {
    if (grab === null) return;
    const { start } = grab;
    const distance = Math.hypot(pointer.screen.x - start.screen.x, pointer.screen.y - start.screen.y);
    if (grab.by === null && distance < dragDistance) return;
    const why = refusal(grab.record);
    if (why !== null) {
      workbench.hint(why);
      grab = null;
      return;
    }
    grab.by = imagePoint({
      x: Math.round(pointer.point.x - start.point.x),
      y: Math.round(pointer.point.y - start.point.y),
    });
    workbench.showLive({ kind: 'move', by: grab.by });
  };

  const release = (): void => {
    const done = grab;
    grab = null;
    if (done === null) return;
    if (done.by !== null) {
      moveTarget(workbench, done.record, done.by);
      workbench.showLive(null);
    } else if (isDoubleClick) editTarget(workbench, done.record);
    else if (beneath !== null) {
      above = done.record.id;
      workbench.select([beneath]);
    }
    beneath = null;
  };

  return {
    cursor: () => (grab?.by ? 'grabbing' : isOverTarget ? 'pointer' : 'default'),
    press,
    drag,
    release,
    abandon: () => {
      grab = null;
      workbench.showLive(null);
    },
    hover: (pointer) => {
      const top = pointer === null ? null : (hitsAt(pointer.point)[0] ?? null);
      isOverTarget = top !== null;
      workbench.hover(top);
    },
  };
}

function editTarget(workbench: Workbench, record: AnnotationRecord): void {
  const why = refusal(record);
  if (why === null) workbench.edit(record);
  else workbench.hint(why);
}

/** Moves a mask by whole pixels; what leaves the image is cut off. */
export function moveTarget(workbench: Workbench, record: AnnotationRecord, by: ImagePoint): void {
  if (by.x === 0 && by.y === 0) return;
  commitMask(workbench, record, moveMask(maskRuns(record.mask), by), 'Move');
}

function pick(workbench: Workbench, id: AnnotationId | null, isAdding: boolean): void {
  const selected = workbench.selected().map((record) => record.id);
  if (!isAdding) {
    const isAlreadyActive = id !== null && selected.at(-1) === id;
    if (!isAlreadyActive) workbench.select(id === null ? [] : [id]);
    return;
  }
  if (id === null) return;
  workbench.select(selected.includes(id) ? selected.filter((other) => other !== id) : [...selected, id]);
}
