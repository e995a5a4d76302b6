import { type Runs, boxOf } from '../../electron/common/runs.ts';
import { packColour } from '../picture/compose-tile.ts';
import { type ShapeGoal, applyShape, shapeGoal, standingOf, takenNow } from './apply-shape.ts';
import { colourOf } from './brush-tool.ts';
import { shapeEffect } from './shape-effect.ts';
import { type Modifiers, noModifiers, type Tool } from './tool.ts';
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
): StandingProposal<P> {
  let proposal: P | null = null;
  let isInHand = true;
  const show = (next: P | null): void => {
    proposal = next;
    // What a helper finds meanwhile belongs to an image that may not be shown.
    if (!isInHand) return;
    workbench.setDraft(next !== null);
    if (next?.runs) showProposal(workbench, next.goal, next.runs);
    else workbench.showLive(null);
    workbench.hint(next === null ? null : how);
    workbench.redraw();
  };
  return {
    current: () => proposal,
    show,
    hint: (words) => {
      if (isInHand) workbench.hint(words);
    },
    putDown() {
      isInHand = false;
      return proposal !== null;
    },
    takeUp() {
      isInHand = true;
      show(proposal);
    },
  };
}

/** Makes the proposal part of the document. What cannot be taken now stays a proposal, and why is said. */
export function takeProposal(
  workbench: Workbench,
  {
    proposal,
    show,
    label,
    modifiers = noModifiers,
  }: {
    readonly proposal: { readonly goal: ShapeGoal; readonly runs: Runs };
    readonly show: (next: null) => void;
    readonly label: string;
    readonly modifiers?: Modifiers | undefined;
  },
): void {
  const isOther = modifiers.shift || modifiers.alt;
  const goal = isOther
    ? shapeGoal(workbench, shapeEffect(workbench, modifiers))
    : takenNow(workbench, proposal.goal);
  if (goal === null) return;
  if (goal.kind === 'existing' && standingOf(workbench, goal.record) === null) return;
  show(null);
  applyShape(workbench, goal, proposal.runs, label);
}

interface StandingProposal<P extends ShapeProposal> extends Required<Pick<Tool, 'putDown' | 'takeUp'>> {
  readonly current: () => P | null;
  readonly show: (next: P | null) => void;
  /** Says something of the proposal, while the tool is in the hand. */
  readonly hint: (words: string) => void;
}
