import type { Ring } from '../../electron/common/contour.ts';
import type { ImagePoint } from '../../electron/common/geometry.ts';
import { type ShapeGoal, applyShape } from './apply-shape.ts';
import { finishing } from './finishing.ts';
import type { Workbench } from './workbench.ts';

function ringOf(points: readonly ImagePoint[]): Ring {
  return points.flatMap(({ x, y }) => [x, y]);
}

/** Fills a closed line and puts it where it was meant to go. Fewer than three points enclose nothing. */
export function applyRing(
  workbench: Workbench,
  points: readonly ImagePoint[],
  { goal, label }: { readonly goal: ShapeGoal; readonly label: string },
): void {
  if (points.length >= 3) finishing(fillAndApply(workbench, points, { goal, label }));
}

async function fillAndApply(
  workbench: Workbench,
  points: readonly ImagePoint[],
  { goal, label }: { readonly goal: ShapeGoal; readonly label: string },
): Promise<void> {
  const shape = await workbench.assisted(
    { label: 'Filling the outline', failure: 'The outline could not be filled' },
    (signal) => workbench.masks.run('fillRing', { ring: ringOf(points), size: goal.image }, signal),
  );
  if (shape !== null) applyShape(workbench, goal, shape, label);
}
