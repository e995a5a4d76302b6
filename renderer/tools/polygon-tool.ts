import { Pentagon } from 'lucide-react';
import { type ImagePoint, toScreen } from '../../electron/common/geometry.ts';
import { paintHandles, pathThrough, strokeLine } from './outline-paint.ts';
import { shapeGoal } from './apply-shape.ts';
import { applyRing } from './ring-shape.ts';
import { heldInEither, shapeEffect } from './shape-effect.ts';
import { type Modifiers, noModifiers, type Tool, type ToolPointer } from './tool.ts';
import type { Workbench } from './workbench.ts';
import { combine, sparesOthers } from './shared-options.ts';
import { describeTool } from './tool-description.ts';

/** CSS pixels around the first corner that close the polygon. */
const closeDistance = 9;

export const polygonDescription = describeTool({
  id: 'polygon',
  title: 'Polygon',
  key: 'p',
  icon: Pentagon,
  group: 'shape',
  pen: { kind: 'click', done: 'Corner set', isBetweenPixels: true },
  options: [combine, sparesOthers],
  create: polygonTool,
});

/** Click corners; clicking the first one, a double click or Enter closes the polygon. */
export function polygonTool(workbench: Workbench): Tool {
  let corners: ImagePoint[] = [];
  /** With the first corner. */
  let began: Modifiers = noModifiers;
  let pointer: ToolPointer | null = null;

  const show = (): void => {
    workbench.setDraft(corners.length > 0);
    workbench.hint(corners.length > 0 ? hintFor(corners.length) : null);
    workbench.redraw();
  };
  const clear = (): void => {
    corners = [];
    show();
  };
  /** What may not be closed so stays drafted, and why is said. */
  const close = (modifiers: Modifiers): void => {
    if (corners.length < 3) {
      workbench.hint('Three corners enclose something: click the next one.');
      return;
    }
    const goal = shapeGoal(workbench, shapeEffect(workbench, heldInEither(began, modifiers)));
    if (goal === null) return;
    const drawn = corners;
    clear();
    applyRing(workbench, drawn, { goal, label: 'Polygon' });
  };

  return {
    cursor: () => 'crosshair',
    press: (at) => {
      pointer = at;
      const isClosing = corners.length >= 3 && (at.clicks > 1 || isNear(workbench, corners[0], at));
      if (isClosing) {
        close(at);
        return;
      }
      if (corners.length === 0) began = at;
      if (at.clicks <= 1) corners.push(at.point);
      show();
    },
    drag: (at) => {
      pointer = at;
      const last = corners.length - 1;
      if (last >= 0) corners[last] = at.point;
      workbench.redraw();
    },
    hover: (at) => {
      pointer = at;
      workbench.redraw();
    },
    apply: (modifiers = noModifiers) => close(modifiers),
    drop: clear,
    putDown: () => {
      pointer = null;
      return corners.length > 0;
    },
    takeUp: show,
    stepBack: () => {
      corners.pop();
      show();
    },
    paint: (context, view) => {
      if (corners.length === 0) return;
      const line = pointer === null ? corners : [...corners, pointer.point];
      strokeLine(context, view, pathThrough(view, line, false));
      const willClose = pointer !== null && corners.length >= 3 && isNear(workbench, corners[0], pointer);
      paintHandles(
        context,
        view,
        corners.map((point, index) => ({ point, isStrong: index === 0 && willClose })),
      );
    },
  };
}

function hintFor(corners: number): string {
  return corners < 3
    ? 'Click the next corner. Backspace takes the last one back.'
    : 'Click the first corner or press Enter to close; Backspace takes the last corner back.';
}

export function isNear(workbench: Workbench, corner: ImagePoint | undefined, at: ToolPointer): boolean {
  if (corner === undefined) return false;
  const screen = toScreen(corner, workbench.camera());
  return Math.hypot(screen.x - at.screen.x, screen.y - at.screen.y) <= closeDistance;
}
