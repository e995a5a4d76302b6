import { MousePointer2 } from 'lucide-react';
import type { AnnotationId, AnnotationRecord } from '../../electron/common/document/records.ts';
import { moveMask } from '../../electron/common/mask-region.ts';
import { type Box, type ImagePoint, imagePoint } from '../../electron/common/geometry.ts';
import { nextTargetAt, targetsAt } from '../picture/hit-test.ts';
import { isShown } from '../../electron/common/document/shown.ts';
import { hasPixelsIn } from '../picture/coverage.ts';
import { drawableRuns, maskRuns } from '../picture/mask-runs.ts';
import { commitShown, standingOf } from './apply-shape.ts';
import { maskDiff, refusal } from './mask-edit.ts';
import { pathThrough, strokeLine } from './outline-paint.ts';
import type { Tool, ToolPointer } from './tool.ts';
import { type Workbench, activeTarget } from './workbench.ts';
import { describeTool } from './tool-description.ts';

/** CSS pixels the pointer must go before a click becomes a move. */
const dragDistance = 4;

interface Grab {
  /** What a click without a drag is about. */
  readonly record: AnnotationRecord;
  /** What a drag moves: all selected ones. */
  readonly records: readonly AnnotationRecord[];
  readonly start: ToolPointer;
  by: ImagePoint | null;
}

/** A rectangle drawn from a place without a target: what has pixels in it is selected. */
interface Marquee {
  readonly start: ToolPointer;
  readonly isAdding: boolean;
  /** Null until it is dragged. */
  to: ImagePoint | null;
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
 * selection, a double click takes up the target to correct it; dragging moves all selected masks by whole pixels, and where no target lies
 * it draws a rectangle that selects.
 */
export function selectTool(workbench: Workbench): Tool {
  let grab: Grab | null = null;
  let marquee: Marquee | null = null;
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
    const isPlain = !pointer.alt && !pointer.shift && !pointer.mod;
    const several = workbench.selected().length > 1 ? workbench.selected() : [];
    const held = several.find(({ id }) => id === hits.find((hit) => several.some((one) => one.id === hit)));
    if (isPlain && pointer.clicks === 1 && held !== undefined) {
      grab = { record: held, records: several, start: pointer, by: null };
      return;
    }
    if (hits.length === 0 && !pointer.alt) marquee = { start: pointer, isAdding: pointer.shift, to: null };
    const isOnActive = active !== null && hits.includes(active.id);
    isDoubleClick = pointer.clicks === 2 && isOnActive && isPlain;
    const picked = pointer.alt
      ? nextTargetAt(hits, active?.id ?? null)
      : isOnActive
        ? active.id
        : (hits[0] ?? null);
    const isSecond = isOnActive && pointer.clicks === 1 && isPlain;
    beneath = isSecond && hits.length > 1 ? nextTargetAt(hits, active.id) : null;
    pick(workbench, picked, pointer.shift);
    const record = activeTarget(workbench);
    grab =
      record !== null && picked === record.id
        ? { record, records: workbench.selected(), start: pointer, by: null }
        : null;
  };

  const drag = (pointer: ToolPointer): void => {
    if (marquee !== null && (marquee.to !== null || isDrag(marquee.start, pointer))) {
      marquee.to = pointer.point;
      workbench.redraw();
    }
    if (grab === null) return;
    const { start } = grab;
    if (grab.by === null && !isDrag(start, pointer)) return;
    const why = grab.records.every((record) => refusal(record) !== null) ? refusal(grab.record) : null;
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
    const drawn = marquee;
    grab = null;
    marquee = null;
    if (drawn !== null && drawn.to !== null) {
      selectInside(workbench, boxBetween(drawn.start.point, drawn.to), drawn.isAdding);
      workbench.redraw();
      return;
    }
    if (done === null) return;
    if (done.by !== null) {
      moveTargets(workbench, done.records, done.by);
      workbench.showLive(null);
    } else if (done.records.length > 1 && !isDoubleClick && beneath === null) {
      // A click on one of several means this one.
      if (!done.start.shift && !done.start.alt) workbench.select([done.record.id]);
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
      marquee = null;
      workbench.showLive(null);
    },
    paint: (context, view) => {
      if (marquee === null || marquee.to === null) return;
      const [left, top, width, height] = boxBetween(marquee.start.point, marquee.to);
      const corners = [
        imagePoint({ x: left, y: top }),
        imagePoint({ x: left + width, y: top }),
        imagePoint({ x: left + width, y: top + height }),
        imagePoint({ x: left, y: top + height }),
      ];
      strokeLine(context, view, pathThrough(view, corners, true), { isDashed: true });
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

function isDrag(start: ToolPointer, pointer: ToolPointer): boolean {
  return Math.hypot(pointer.screen.x - start.screen.x, pointer.screen.y - start.screen.y) >= dragDistance;
}

function boxBetween(a: ImagePoint, b: ImagePoint): Box {
  const [left, top] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return [left, top, Math.abs(a.x - b.x), Math.abs(a.y - b.y)];
}

/** Selects the shown targets with a pixel in the box, the topmost one last: it is the active one. */
function selectInside(workbench: Workbench, [left, top, width, height]: Box, isAdding: boolean): void {
  const pixels: Box = [
    Math.floor(left),
    Math.floor(top),
    Math.ceil(left + width) - Math.floor(left),
    Math.ceil(top + height) - Math.floor(top),
  ];
  const before = isAdding ? workbench.selected().map(({ id }) => id) : [];
  const inside = workbench
    .annotations()
    .filter((record) => isShown(record) && hasPixelsIn(drawableRuns(record.mask), pixels))
    .map(({ id }) => id);
  workbench.select([...before.filter((id) => !inside.includes(id)), ...inside]);
}

/** Moves masks by whole pixels, as one undo step; what leaves the image is cut off, and what may not be changed stays. */
export function moveTargets(
  workbench: Workbench,
  records: readonly AnnotationRecord[],
  by: ImagePoint,
): void {
  if (by.x === 0 && by.y === 0) return;
  const free = records.filter((record) => refusal(record) === null);
  const [first] = free;
  const stays = records.find((record) => refusal(record) !== null);
  if (stays !== undefined) workbench.hint(refusal(stays));
  const standing = free.flatMap((record) => standingOf(workbench, record) ?? []);
  if (first === undefined || standing.length < free.length) return;
  const diffs = standing.flatMap((record) => maskDiff(record, moveMask(maskRuns(record.mask), by)) ?? []);
  const changed = diffs.flatMap((diff) => diff.changed);
  if (changed.length === 0) return;
  const label = free.length === 1 ? `Move ${first.name}` : `Move ${free.length} targets`;
  commitShown(workbench, label, { added: [], changed, removed: [] });
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
