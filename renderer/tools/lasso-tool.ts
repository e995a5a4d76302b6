import { Lasso } from 'lucide-react';
import type { ImagePoint } from '../../electron/common/geometry.ts';
import { pathThrough, strokeLine } from './outline-paint.ts';
import { shapeGoal } from './apply-shape.ts';
import { applyRing } from './ring-shape.ts';
import { heldInEither, shapeEffect } from './shape-effect.ts';
import { type Modifiers, noModifiers, type Tool } from './tool.ts';
import type { Workbench } from './workbench.ts';
import { combine, sparesOthers } from './shared-options.ts';
import { describeTool } from './tool-description.ts';

export const lassoDescription = describeTool({
  id: 'lasso',
  title: 'Lasso',
  key: 'l',
  icon: Lasso,
  group: 'shape',
  pen: { kind: 'hold', done: 'Closed', isBetweenPixels: true },
  options: [combine, sparesOthers],
  create: lassoTool,
});

/** Draw around pixels by hand; letting go closes the line. */
export function lassoTool(workbench: Workbench): Tool {
  let points: ImagePoint[] = [];
  let began: Modifiers = noModifiers;

  const clear = (): void => {
    points = [];
    workbench.redraw();
  };

  return {
    cursor: () => 'crosshair',
    press: (pointer) => {
      points = [pointer.point];
      began = pointer;
      workbench.hint(null);
    },
    drag: (pointer) => {
      if (points.length > 0) points.push(...pointer.path);
      workbench.redraw();
    },
    release: (pointer) => {
      const drawn = points;
      clear();
      if (drawn.length < 3) return;
      const goal = shapeGoal(workbench, shapeEffect(workbench, heldInEither(began, pointer)));
      if (goal !== null) applyRing(workbench, drawn, { goal, label: 'Lasso' });
    },
    abandon: clear,
    paint: (context, view) => {
      if (points.length > 1) strokeLine(context, view, pathThrough(view, points, true));
    },
  };
}
