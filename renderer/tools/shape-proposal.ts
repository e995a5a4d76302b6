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

/** A shape that a helper found, or is still looking for. */
interface ShapeProposal {
  readonly goal: ShapeGoal;
  readonly runs: Runs | null;
}

/**
 * The one proposal a tool has standing: seen as a shape, a draft of the workbench, explained by a hint.
 *
 * @param how what a person can do with it
 */
export function standingProposal<P extends ShapeProposal>(
  workbench: Workbench,
  how: string,
): { current: () => P | null; show: (next: P | null) => void } {
  let proposal: P | null = null;
  return {
    current: () => proposal,
    show(next) {
      proposal = next;
      workbench.setDraft(next !== null);
      if (next?.runs) showProposal(workbench, next.goal, next.runs);
      else workbench.showLive(null);
      workbench.hint(next === null ? null : how);
      workbench.redraw();
    },
  };
}
