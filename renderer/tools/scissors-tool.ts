import { Scissors } from 'lucide-react';
import { type ImagePoint, imagePoint, pixelAt } from '../../electron/common/geometry.ts';
import { shapeGoal } from './apply-shape.ts';
import { EdgeOutline } from './edge-outline.ts';
import { finishing } from './finishing.ts';
import { LatestWins } from './latest-wins.ts';
import { paintHandles, pathThrough, strokeLine } from './outline-paint.ts';
import { isNear } from './polygon-tool.ts';
import { applyRing } from './ring-shape.ts';
import { heldInEither, shapeEffect } from './shape-effect.ts';
import { type Modifiers, noModifiers, type Tool } from './tool.ts';
import { type Workbench, imageSize } from './workbench.ts';
import { combine, sparesOthers } from './shared-options.ts';
import { describeTool } from './tool-description.ts';

export const scissorsDescription = describeTool({
  id: 'scissors',
  title: 'Scissors along edges',
  key: 's',
  icon: Scissors,
  group: 'assist',
  pen: null,
  options: [combine, sparesOthers],
  create: scissorsTool,
});

/** Click along an object's border: between the clicks the line finds the edge. Closes like a polygon. */
export function scissorsTool(workbench: Workbench): Tool {
  let draft: EdgeOutline | null = null;
  /** With the first point. */
  let began: Modifiers = noModifiers;
  let ahead: { readonly to: ImagePoint; readonly points: readonly ImagePoint[] } | null = null;
  /** Put down, it asks for nothing: another image may be shown. */
  let isInHand = true;
  /** Closed outlines whose last edges are still looked for, oldest first; they are finished whatever is done meanwhile. */
  const closing = new Set<EdgeOutline>();

  const redraw = (): void => {
    if (isInHand) workbench.redraw();
  };

  const follow = new LatestWins<{ readonly outline: EdgeOutline; readonly to: ImagePoint }>(
    async ({ outline, to }, signal) => {
      const from = outline.last;
      const points = await outline.pathTo(to, signal);
      if (draft === outline && outline.last === from) ahead = { to, points };
      redraw();
    },
    () => workbench.hint('The edge could not be followed here; straight lines still work.'),
  );

  const show = (): void => {
    if (!isInHand) return;
    workbench.setDraft(draft !== null || closing.size > 0);
    workbench.hint(
      draft === null
        ? null
        : 'Click along the border. The first point or Enter closes it; Backspace takes a click back.',
    );
    workbench.redraw();
  };

  const take = (outline: EdgeOutline | null): void => {
    follow.cancel();
    draft = outline;
    ahead = null;
    show();
  };

  const begin = (first: ImagePoint): void => {
    const image = workbench.image();
    if (image === null) return;
    const isWanted = (outline: EdgeOutline): boolean =>
      closing.has(outline) || (isInHand && draft === outline);
    take(new EdgeOutline(workbench, { image, first, isWanted, onFound: redraw }));
  };

  const addAnchor = (outline: EdgeOutline, at: ImagePoint): void => {
    outline.add(at, ahead?.to.x === at.x && ahead.to.y === at.y ? ahead.points : null);
    ahead = null;
    follow.cancel();
    show();
  };

  /** What may not be closed so stays drafted, and why is said. */
  const close = (modifiers: Modifiers): void => {
    if (draft === null) return;
    if (draft.anchors.length < 2) {
      workbench.hint('One point encloses nothing: click along the border.');
      return;
    }
    const goal = shapeGoal(workbench, shapeEffect(workbench, heldInEither(began, modifiers)));
    if (goal === null) return;
    const outline = draft;
    addAnchor(outline, outline.first);
    closing.add(outline);
    const isFound = outline.findEdges();
    take(null);
    const finish = async (): Promise<void> => {
      await isFound;
      // Discarded while the last edges were looked for.
      if (!closing.delete(outline)) return;
      show();
      applyRing(workbench, outline.line.slice(1).map(centreOf), { goal, label: 'Scissors' });
    };
    finishing(finish());
  };

  return {
    cursor: () => 'crosshair',
    press: (at) => {
      const pixel = insidePixel(workbench, at.point);
      if (draft === null) {
        if (at.clicks <= 1) begin(pixel);
        began = at;
      } else if (draft.anchors.length >= 2 && (at.clicks > 1 || isNear(workbench, draft.first, at)))
        close(at);
      else if (at.clicks <= 1) {
        addAnchor(draft, pixel);
        void draft.findEdges();
      }
    },
    hover: (at) => {
      // The way to the pointer is looked for when all that was clicked is found.
      if (at !== null && draft !== null && !draft.isFinding)
        follow.ask({ outline: draft, to: insidePixel(workbench, at.point) });
      workbench.redraw();
    },
    apply: (modifiers = noModifiers) => close(modifiers),
    drop: () => {
      // Taking up another tool discards nothing that was closed.
      if (draft === null && isInHand) closing.clear();
      take(null);
    },
    putDown: () => {
      follow.cancel();
      [ahead, isInHand] = [null, false];
      return draft !== null;
    },
    takeUp: () => {
      isInHand = true;
      show();
      void draft?.findEdges();
    },
    stepBack: () => {
      const last = [...closing].at(-1);
      if (draft === null && last !== undefined) {
        closing.delete(last);
        last.removeLast();
        take(last);
      } else if (draft !== null && draft.anchors.length > 1) {
        draft.removeLast();
        ahead = null;
        show();
      } else take(null);
    },
    paint: (context, view) => {
      for (const outline of closing)
        strokeLine(context, view, pathThrough(view, outline.line.map(centreOf), true));
      if (draft === null) return;
      strokeLine(context, view, pathThrough(view, draft.line.map(centreOf), false));
      if (ahead !== null)
        strokeLine(context, view, pathThrough(view, ahead.points.map(centreOf), false), { isDashed: true });
      const { anchors } = draft;
      paintHandles(
        context,
        view,
        anchors.map((point, index) => ({
          point: centreOf(point),
          isStrong: index === 0 && anchors.length > 1,
        })),
      );
    },
  };
}

/** The pixel under the pointer, or the nearest one of the image. */
function insidePixel(workbench: Workbench, point: ImagePoint): ImagePoint {
  const { width, height } = imageSize(workbench);
  const { x, y } = pixelAt(point);
  return imagePoint({ x: Math.min(width - 1, Math.max(0, x)), y: Math.min(height - 1, Math.max(0, y)) });
}

/** Edges are given as pixels; lines are drawn through their middles. */
function centreOf({ x, y }: ImagePoint): ImagePoint {
  return imagePoint({ x: x + 0.5, y: y + 0.5 });
}
