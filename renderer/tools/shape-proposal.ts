import { type Runs, boxOf } from '../../electron/common/runs.ts';
import { packColour } from '../picture/compose-tile.ts';
import type { ShapeGoal } from './apply-shape.ts';
import { colourOf } from './brush-tool.ts';
import type { Workbench } from './workbench.ts';

/** Shows a shape as it would look in the target it is meant for. */
export function showProposal(workbench: Workbench, goal: ShapeGoal, runs: Runs): void {
  const isErasing = goal.kind === 'existing' && goal.effect === 'subtract';
  workbench.showLive({
    kind: 'shape',
    effect: isErasing ? 'erase' : 'add',
    colour: packColour(colourOf(workbench, goal, runs)),
    runs,
    box: boxOf(runs),
  });
}
