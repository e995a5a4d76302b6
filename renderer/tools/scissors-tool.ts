import { Scissors } from 'lucide-react';
import { type ImagePoint, imagePoint, pixelAt } from '../../electron/common/geometry.ts';
import { LatestWins } from './latest-wins.ts';
import { paintHandles, pathThrough, strokeLine } from './outline-paint.ts';
import { isNear } from './polygon-tool.ts';
import { applyRing } from './ring-shape.ts';
import { shapeEffect } from './shape-effect.ts';
import type { Modifiers, Tool, ToolPointer } from './tool.ts';
import { type Workbench, imageSize } from './workbench.ts';
import { combine, sparesOthers } from './shared-options.ts';
import { describeTool } from './tool-description.ts';

/** From one anchor to the next along the picture's edges. */
interface Stretch {
  readonly from: ImagePoint;
  readonly anchor: ImagePoint;
  readonly points: readonly ImagePoint[];
  /** False while it is the straight line that the path will replace. */
  readonly isFound: boolean;
}

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
  let first: ImagePoint | null = null;
  let stretches: Stretch[] = [];
  let ahead: { readonly to: ImagePoint; readonly points: readonly ImagePoint[] } | null = null;
  let pointer: ToolPointer | null = null;
  let finding: Promise<void> | null = null;
  /** Put down, it asks for nothing: another image may be shown. */
  let isInHand = true;

  const lastAnchor = (): ImagePoint | null => stretches.at(-1)?.anchor ?? first;

  const follow = new LatestWins<{ readonly from: ImagePoint; readonly to: ImagePoint }>(
    async ({ from, to }, signal) => {
      const points = await edgePath(workbench, from, to, signal);
      if (lastAnchor() === from) ahead = { to, points };
      workbench.redraw();
    },
    () => workbench.hint('The edge could not be followed here; straight lines still work.'),
  );

  const show = (): void => {
    workbench.setDraft(first !== null);
    workbench.hint(
      first === null
        ? null
        : 'Click along the border. The first point or Enter closes it; Backspace takes a click back.',
    );
    workbench.redraw();
  };
  const clear = (): void => {
    follow.cancel();
    first = null;
    stretches = [];
    ahead = null;
    show();
  };

  const addAnchor = (at: ImagePoint): void => {
    const from = lastAnchor();
    if (from === null) return;
    const known = ahead?.to.x === at.x && ahead.to.y === at.y ? ahead.points : null;
    ahead = null;
    follow.cancel();
    // Straight until its edge is found: whoever clicks on waits for nothing.
    stretches.push({ from, anchor: at, points: known ?? [from, at], isFound: known !== null });
    show();
    void findEdges();
  };

  /** Finds the edges of all clicked stretches, oldest first, in one piece of work however fast the clicks come. */
  const findEdges = (): Promise<void> => {
    finding ??= workbench
      .assisted(
        { label: 'Following the edge', failure: 'The edge could not be followed' },
        async (signal) => {
          for (;;) {
            const next = stretches.find(({ isFound }) => !isFound);
            if (next === undefined || !isInHand) return true;
            const points = await edgePath(workbench, next.from, next.anchor, signal);
            stretches = stretches.map((one) => (one === next ? { ...next, points, isFound: true } : one));
            if (isInHand) workbench.redraw();
          }
        },
      )
      .then((isDone) => {
        finding = null;
        // Given up: what was not found stays straight.
        if (isDone === null) stretches = stretches.map((one) => ({ ...one, isFound: true }));
      });
    return finding;
  };

  const close = async (modifiers: Modifiers): Promise<void> => {
    if (first === null || stretches.length === 0) return;
    addAnchor(first);
    await findEdges();
    // Discarded while the last edges were looked for.
    if (first === null) return;
    const ring = stretches.flatMap(({ points }) => points.slice(1));
    clear();
    await applyRing(workbench, ring.map(centreOf), {
      effect: shapeEffect(workbench, modifiers),
      label: 'Scissors',
    });
  };

  return {
    cursor: () => 'crosshair',
    press: (at) => {
      pointer = at;
      const pixel = insidePixel(workbench, at.point);
      if (first === null) {
        first = pixel;
        show();
      } else if (stretches.length >= 1 && (at.clicks > 1 || isNear(workbench, first, at))) void close(at);
      else if (at.clicks <= 1) addAnchor(pixel);
    },
    hover: (at) => {
      pointer = at;
      const from = lastAnchor();
      // The way to the pointer is looked for when all that was clicked is found.
      if (at !== null && from !== null && finding === null)
        follow.ask({ from, to: insidePixel(workbench, at.point) });
      workbench.redraw();
    },
    apply: () => void close(pointer ?? { shift: false, alt: false, mod: false }),
    drop: clear,
    putDown: () => {
      follow.cancel();
      [pointer, ahead, isInHand] = [null, null, false];
      return first !== null;
    },
    takeUp: () => {
      isInHand = true;
      show();
      if (stretches.some(({ isFound }) => !isFound)) void findEdges();
    },
    stepBack: () => {
      ahead = null;
      if (stretches.length > 0) stretches.pop();
      else first = null;
      show();
    },
    paint: (context, view) => {
      if (first === null) return;
      const settled = [first, ...stretches.flatMap(({ points }) => points.slice(1))];
      strokeLine(context, view, pathThrough(view, settled.map(centreOf), false));
      if (ahead !== null)
        strokeLine(context, view, pathThrough(view, ahead.points.map(centreOf), false), { isDashed: true });
      const anchors = [first, ...stretches.map(({ anchor }) => anchor)];
      paintHandles(
        context,
        view,
        anchors.map((point, index) => ({
          point: centreOf(point),
          isStrong: index === 0 && stretches.length > 0,
        })),
      );
    },
  };
}

async function edgePath(
  workbench: Workbench,
  from: ImagePoint,
  to: ImagePoint,
  signal: AbortSignal,
): Promise<readonly ImagePoint[]> {
  if (from.x === to.x && from.y === to.y) return [from, to];
  const points = await workbench.help.scissors(from, to, signal);
  return points.length < 2 ? [from, to] : points;
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
