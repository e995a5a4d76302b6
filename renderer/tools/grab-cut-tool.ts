import { ScanSearch } from 'lucide-react';
import { type Box, type ImagePoint, cornersOf, intersectBoxes } from '../../electron/common/geometry.ts';
import { rleOf } from '../../electron/common/rle.ts';
import { type Runs, isEmptyMask } from '../../electron/common/runs.ts';
import { type ShapeGoal, shapeGoal } from './apply-shape.ts';
import { insideColour, outsideColour, pathThrough, strokeLine } from './outline-paint.ts';
import { boxBetween } from './drag-shape-tool.ts';
import { type SeedStroke, seedRuns } from './seed-strokes.ts';
import { shapeEffect } from './shape-effect.ts';
import { standingProposal } from './shape-proposal.ts';
import type { Tool, ToolPointer } from './tool.ts';
import { type GrabCutRequest, type Workbench, imageSize } from './workbench.ts';
import { brushSize, combine, sparesOthers } from './shared-options.ts';
import { describeTool } from './tool-description.ts';

/** Smaller boxes hold too few pixels to tell an object from its surroundings. */
const smallestSide = 8;

interface Proposal {
  readonly goal: ShapeGoal;
  readonly box: Box;
  readonly strokes: readonly SeedStroke[];
  readonly runs: Runs | null;
}

type Drawing =
  | { readonly kind: 'box'; readonly start: ImagePoint; end: ImagePoint; readonly pointer: ToolPointer }
  | { readonly kind: 'seed'; readonly isInside: boolean; readonly points: ImagePoint[] };

export const grabCutDescription = describeTool({
  id: 'grab-cut',
  title: 'Cut out by a box (GrabCut)',
  key: 'g',
  icon: ScanSearch,
  group: 'assist',
  pen: null,
  options: [combine, brushSize, sparesOthers],
  create: grabCutTool,
});

/**
 * Drag a box around an object and its outline is found from the colours. Lines drawn on the proposal say what
 * belongs to the object and, with Alt, what does not; Enter takes it.
 */
export function grabCutTool(workbench: Workbench): Tool {
  let drawing: Drawing | null = null;

  const { current, all, seek, apply, drop, putDown, takeUp } = standingProposal<Proposal>(workbench, {
    how: 'Draw on what belongs to the object, with Alt on what does not. Enter takes it, Escape drops it.',
    label: 'GrabCut',
    seeking: 'Finding the outline',
    failure: 'The outline could not be found',
    none: 'No object was found in this box. Draw on it, or Escape and try another box.',
  });

  const propose = (wanted: Proposal): void =>
    seek(
      wanted,
      (signal) => workbench.helpOn(wanted.goal.image).grabCut(requestOf(workbench, wanted), signal),
      wanted.runs === null ? null : wanted,
    );

  const finishBox = (box: Box, pointer: ToolPointer): void => {
    const { width, height } = imageSize(workbench);
    const inImage = intersectBoxes(box, [0, 0, width, height]);
    if (inImage[2] < smallestSide || inImage[3] < smallestSide) {
      workbench.hint(`Drag a box of at least ${smallestSide} x ${smallestSide} pixels around the object.`);
      return;
    }
    const goal = shapeGoal(workbench, shapeEffect(workbench, pointer));
    if (goal !== null) propose({ goal, box: inImage, strokes: [], runs: null });
  };

  return {
    cursor: () => 'crosshair',
    press: (pointer) => {
      drawing =
        current() === null
          ? { kind: 'box', start: pointer.point, end: pointer.point, pointer }
          : { kind: 'seed', isInside: !pointer.alt, points: [pointer.point] };
      workbench.redraw();
    },
    drag: (pointer) => {
      if (drawing?.kind === 'box') drawing.end = pointer.point;
      else drawing?.points.push(...pointer.path);
      workbench.redraw();
    },
    release: () => {
      const done = drawing;
      drawing = null;
      const proposal = current();
      if (done?.kind === 'box') finishBox(boxBetween(done.start, done.end), done.pointer);
      else if (done?.kind === 'seed' && proposal !== null) {
        propose({
          ...proposal,
          strokes: [...proposal.strokes, { isInside: done.isInside, points: done.points }],
        });
      }
      workbench.redraw();
    },
    abandon: () => {
      drawing = null;
      workbench.redraw();
    },
    apply,
    drop,
    putDown,
    takeUp,
    stepBack: () => {
      const proposal = current();
      if (proposal !== null && proposal.strokes.length > 0) {
        propose({ ...proposal, strokes: proposal.strokes.slice(0, -1) });
      }
    },
    paint: (context, view) => {
      const proposal = current();
      if (drawing?.kind === 'box')
        strokeLine(context, view, pathThrough(view, cornersOf(boxBetween(drawing.start, drawing.end)), true));
      for (const { box } of all())
        strokeLine(context, view, pathThrough(view, cornersOf(box), true), { isDashed: true });
      const strokes: SeedStroke[] = [...(proposal?.strokes ?? [])];
      if (drawing?.kind === 'seed') strokes.push(drawing);
      for (const { points, isInside } of strokes) {
        strokeLine(context, view, pathThrough(view, points, false), {
          colour: isInside ? insideColour : outsideColour,
        });
      }
    },
  };
}

function requestOf(workbench: Workbench, { box, strokes }: Proposal): GrabCutRequest {
  const size = imageSize(workbench);
  // A thin line is enough of a hint and cannot cover what it does not mean.
  const brush = { shape: 'round', diameter: Math.max(3, Math.round(3 / workbench.camera().zoom)) } as const;
  const inside = seedRuns(
    strokes.filter((stroke) => stroke.isInside),
    brush,
    size,
  );
  const outside = seedRuns(
    strokes.filter((stroke) => !stroke.isInside),
    brush,
    size,
  );
  return {
    box,
    inside: isEmptyMask(inside) ? null : rleOf(inside),
    outside: isEmptyMask(outside) ? null : rleOf(outside),
  };
}
