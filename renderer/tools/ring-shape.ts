import type { Ring } from '../../electron/common/contour.ts';
import type { ImagePoint } from '../../electron/common/geometry.ts';
import { applyShape, shapeGoal } from './apply-shape.ts';
import type { Effect } from './mask-edit.ts';
import { type Workbench, imageSize } from './workbench.ts';

function ringOf(points: readonly ImagePoint[]): Ring {
  return points.flatMap(({ x, y }) => [x, y]);
}

/** Fills a closed line and puts it where the options say. Fewer than three points enclose nothing. */
export async function applyRing(
  workbench: Workbench,
  points: readonly ImagePoint[],
  how: { readonly effect: Effect | 'new'; readonly label: string },
): Promise<void> {
  if (points.length < 3) return;
  const goal = shapeGoal(workbench, how.effect);
  if (goal === null) return;
  const shape = await workbench.assisted(
    { label: 'Filling the outline', failure: 'The outline could not be filled' },
    (signal) => workbench.masks.run('fillRing', { ring: ringOf(points), size: imageSize(workbench) }, signal),
  );
  if (shape !== null) applyShape(workbench, goal, shape, how.label);
}
