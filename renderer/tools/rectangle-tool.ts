import type { Box } from '../../electron/common/document/records.ts';
import { boxRuns } from '../../electron/common/mask-region.ts';
import type { ImagePoint } from '../picture/camera.ts';
import { applyShape, shapeGoal } from './apply-shape.ts';
import { pathThrough, strokeLine } from './outline-paint.ts';
import { shapeEffect } from './shape-effect.ts';
import type { Tool } from './tool.ts';
import { type Workbench, imageSize } from './workbench.ts';

/** Whole pixels between two corners, both included as far as the pointer was inside them. */
export function boxBetween(a: ImagePoint, b: ImagePoint): Box {
  const left = Math.round(Math.min(a.x, b.x));
  const top = Math.round(Math.min(a.y, b.y));
  return [left, top, Math.round(Math.max(a.x, b.x)) - left, Math.round(Math.max(a.y, b.y)) - top];
}

/** Drag a box; its pixels are added to the active target, taken from it, or make a new one. */
export function rectangleTool(workbench: Workbench): Tool {
  let start: ImagePoint | null = null;
  let end: ImagePoint | null = null;

  const clear = (): void => {
    start = null;
    end = null;
    workbench.redraw();
  };

  return {
    cursor: () => 'crosshair',
    press: (pointer) => {
      start = pointer.point;
      end = pointer.point;
    },
    drag: (pointer) => {
      end = pointer.point;
      workbench.redraw();
    },
    release: (pointer) => {
      if (start === null || end === null) return;
      const shape = boxRuns(boxBetween(start, end), imageSize(workbench));
      clear();
      const goal = shapeGoal(workbench, shapeEffect(workbench, pointer));
      if (goal !== null) applyShape(workbench, goal, shape, 'Rectangle');
    },
    abandon: clear,
    paint: (context, view) => {
      if (start === null || end === null) return;
      const [left, top, width, height] = boxBetween(start, end);
      const corners = [
        { x: left, y: top },
        { x: left + width, y: top },
        { x: left + width, y: top + height },
        { x: left, y: top + height },
      ];
      strokeLine(context, view, pathThrough(view, corners, true));
    },
  };
}
