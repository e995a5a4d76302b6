import {
  type Box,
  type ImagePoint,
  type Size,
  imagePoint,
  isEmptyBox,
} from '../../electron/common/geometry.ts';
import type { Runs } from '../../electron/common/runs.ts';
import { applyShape, shapeGoal } from './apply-shape.ts';
import { pathThrough, strokeLine } from './outline-paint.ts';
import { heldInEither, shapeEffect } from './shape-effect.ts';
import { type Modifiers, noModifiers, type Tool, type ToolPointer } from './tool.ts';
import { type Workbench, imageSize } from './workbench.ts';

/** A shape that fills the box from corner to corner of a drag. */
export interface DraggedShape {
  /** What the edit is called: 'Rectangle'. */
  readonly label: string;
  readonly runs: (box: Box, image: Size) => Runs;
  /** Image points of its closed outline. */
  readonly outline: (box: Box) => readonly ImagePoint[];
}

/** Whole pixels between two corners, both included as far as the pointer was inside them. */
export function boxBetween(a: ImagePoint, b: ImagePoint): Box {
  const left = Math.round(Math.min(a.x, b.x));
  const top = Math.round(Math.min(a.y, b.y));
  return [left, top, Math.round(Math.max(a.x, b.x)) - left, Math.round(Math.max(a.y, b.y)) - top];
}

/** Drag a box; the shape in it is added to the active target, taken from it, or makes a new one. Ctrl keeps both sides equal. */
export function dragShapeTool(workbench: Workbench, shape: DraggedShape): Tool {
  let start: ImagePoint | null = null;
  let began: Modifiers = noModifiers;
  let end: ImagePoint | null = null;

  const clear = (): void => {
    start = null;
    end = null;
    workbench.redraw();
  };
  const follow = (pointer: ToolPointer): void => {
    end = start !== null && pointer.mod ? squareCorner(start, pointer.point) : pointer.point;
  };

  return {
    cursor: () => 'crosshair',
    press: (pointer) => {
      start = pointer.point;
      end = pointer.point;
      began = pointer;
      workbench.hint(null);
    },
    drag: (pointer) => {
      follow(pointer);
      workbench.redraw();
    },
    release: (pointer) => {
      if (start === null || end === null) return;
      const box = boxBetween(start, end);
      const runs = shape.runs(box, imageSize(workbench));
      clear();
      if (isEmptyBox(box)) {
        workbench.hint('Drag from one corner to the other.');
        return;
      }
      const goal = shapeGoal(workbench, shapeEffect(workbench, heldInEither(began, pointer)));
      if (goal !== null) applyShape(workbench, goal, runs, shape.label);
    },
    abandon: clear,
    paint: (context, view) => {
      if (start === null || end === null) return;
      strokeLine(context, view, pathThrough(view, shape.outline(boxBetween(start, end)), true));
    },
  };
}

function squareCorner(start: ImagePoint, point: ImagePoint): ImagePoint {
  const side = Math.max(Math.abs(point.x - start.x), Math.abs(point.y - start.y));
  return imagePoint({
    x: start.x + (point.x < start.x ? -side : side),
    y: start.y + (point.y < start.y ? -side : side),
  });
}
