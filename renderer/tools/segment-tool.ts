import { MousePointerClick } from 'lucide-react';
import {
  type Box,
  type ImagePoint,
  cornersOf,
  intersectBoxes,
  isEmptyBox,
} from '../../electron/common/geometry.ts';
import type { Runs } from '../../electron/common/runs.ts';
import type { DeviceView } from '../picture/device-view.ts';
import type { Context2d } from '../picture/draw-tiles.ts';
import { type ShapeGoal, shapeGoal } from './apply-shape.ts';
import { boxBetween } from './drag-shape-tool.ts';
import { insideColour, outsideColour, pathThrough, strokeLine } from './outline-paint.ts';
import { shapeEffect } from './shape-effect.ts';
import { standingProposal } from './shape-proposal.ts';
import { combine, sparesOthers } from './shared-options.ts';
import type { Tool, ToolPointer } from './tool.ts';
import { describeTool } from './tool-description.ts';
import { type PointPrompt, type Workbench, imageSize } from './workbench.ts';

/** Screen pixels that the pointer may move in a click: beyond, a box is drawn. */
const clickReach = 4;

/** What was pointed at so far, and what was found there. */
interface Proposal {
  readonly goal: ShapeGoal;
  readonly points: readonly PointPrompt[];
  readonly box: Box | null;
  readonly runs: Runs | null;
}

export const segmentDescription = describeTool({
  id: 'segment',
  title: 'Point at an object (Segment Anything)',
  key: 'i',
  icon: MousePointerClick,
  group: 'assist',
  pen: { kind: 'click', done: 'Pointed at', isBetweenPixels: false },
  options: [combine, sparesOthers],
  create: segmentTool,
});

/**
 * Click on an object, or draw a box around it, and its outline is found by the SAM-like files that the person brought. Further clicks say
 * what else belongs to it and, with Alt, what does not; Enter takes it.
 */
export function segmentTool(workbench: Workbench): Tool {
  let press: { readonly start: ToolPointer; end: ImagePoint; isBox: boolean } | null = null;

  const { current, all, show, seek, apply, drop, putDown, takeUp } = standingProposal<Proposal>(workbench, {
    how: 'Click on what belongs to the object, with Alt on what does not. Enter takes it, Escape drops it.',
    label: 'Segment',
    seeking: 'Finding the object',
    failure: 'The object could not be found',
    none: 'Nothing was found there. Click on another place of the object.',
  });

  const propose = (wanted: Proposal): void => {
    const before = current();
    const { points, box } = wanted;
    seek(
      wanted,
      (signal) => workbench.helpOn(wanted.goal.image).segment({ points, box }, signal),
      before?.runs ? before : null,
    );
  };

  const add = (pointer: ToolPointer, part: Partial<Pick<Proposal, 'points' | 'box'>>): void => {
    const standing = current();
    if (standing !== null) {
      propose({ ...standing, ...part });
      return;
    }
    // Alt means a place beside the object here, and not that the object is taken away.
    const goal = shapeGoal(workbench, shapeEffect(workbench, { ...pointer, alt: false }));
    if (goal !== null) propose({ goal, points: [], box: null, runs: null, ...part });
  };

  const point = (pointer: ToolPointer): void => {
    const { width, height } = imageSize(workbench);
    const { x, y } = pointer.point;
    if (x < 0 || y < 0 || x > width || y > height) return;
    const isInside = !pointer.alt;
    const standing = current();
    if (!isInside && standing === null) {
      workbench.hint('Click on the object first; with Alt you say what does not belong to it.');
      return;
    }
    add(pointer, { points: [...(standing?.points ?? []), { x, y, isInside }] });
  };

  return {
    cursor: () => 'crosshair',
    press: (pointer) => {
      press = { start: pointer, end: pointer.point, isBox: false };
    },
    drag: (pointer) => {
      if (press === null) return;
      const { screen } = press.start;
      const moved = Math.max(Math.abs(pointer.screen.x - screen.x), Math.abs(pointer.screen.y - screen.y));
      press.isBox ||= moved > clickReach;
      press.end = pointer.point;
      workbench.redraw();
    },
    release: () => {
      const done = press;
      press = null;
      workbench.redraw();
      if (done === null) return;
      if (!done.isBox) {
        point(done.start);
        return;
      }
      const { width, height } = imageSize(workbench);
      const box = intersectBoxes(boxBetween(done.start.point, done.end), [0, 0, width, height]);
      if (!isEmptyBox(box)) add(done.start, { box });
    },
    abandon: () => {
      press = null;
      workbench.redraw();
    },
    apply,
    drop,
    putDown,
    takeUp,
    stepBack: () => {
      const proposal = current();
      if (proposal === null) return;
      const points = proposal.points.slice(0, -1);
      if (proposal.points.length === 0 || (points.length === 0 && proposal.box === null)) show(null);
      else propose({ ...proposal, points });
    },
    paint: (context, view) => {
      const proposal = current();
      const box = press?.isBox === true ? boxBetween(press.start.point, press.end) : (proposal?.box ?? null);
      if (box !== null)
        strokeLine(context, view, pathThrough(view, cornersOf(box), true), { isDashed: press === null });
      for (const { points } of all()) for (const prompt of points) paintPoint(context, view, prompt);
    },
  };
}

/** A dot on the object, a ring with a bar beside it: colour is not all that tells them apart. */
function paintPoint(context: Context2d, view: DeviceView, { x, y, isInside }: PointPrompt): void {
  const ratio = view.pixelRatio;
  const [left, top] = [view.left + x * view.scale, view.top + y * view.scale];
  context.save();
  context.beginPath();
  context.arc(left, top, 5 * ratio, 0, 2 * Math.PI);
  context.fillStyle = isInside ? insideColour : '#ffffff';
  context.fill();
  context.lineWidth = 2 * ratio;
  context.strokeStyle = isInside ? '#ffffff' : outsideColour;
  context.stroke();
  if (!isInside) {
    context.beginPath();
    context.moveTo(left - 3 * ratio, top);
    context.lineTo(left + 3 * ratio, top);
    context.stroke();
  }
  context.restore();
}
