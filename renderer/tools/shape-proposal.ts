import type { Rle } from '../../electron/common/document/records.ts';
import { type Runs, boxOf, isEmptyMask } from '../../electron/common/runs.ts';
import { packColour } from '../picture/compose-tile.ts';
import { maskRuns } from '../picture/mask-runs.ts';
import { type ShapeGoal, applyShape, shapeGoal, standingOf, takenNow } from './apply-shape.ts';
import { colourOf } from './brush-tool.ts';
import { finishing } from './finishing.ts';
import { shapeEffect } from './shape-effect.ts';
import { noModifiers, type Tool } from './tool.ts';
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
 * @param words how: what a person can do with it; label: what it is called in the history; none: what to do where nothing was found
 */
export function standingProposal<P extends ShapeProposal>(
  workbench: Workbench,
  words: {
    readonly how: string;
    readonly label: string;
    readonly seeking: string;
    readonly failure: string;
    readonly none: string;
  },
): StandingProposal<P> {
  let proposal: P | null = null;
  let isInHand = true;
  /** Taken before it was found, with where it goes: the hand goes on to the next one. */
  const taken = new Map<P, ShapeGoal>();
  let sought: { readonly proposal: P; readonly work: Promise<void> } | null = null;

  const show = (next: P | null): void => {
    proposal = next;
    // What a helper finds meanwhile belongs to an image that may not be shown.
    if (!isInHand) return;
    workbench.setDraft(next !== null);
    if (next?.runs) showProposal(workbench, next.goal, next.runs);
    else workbench.showLive(null);
    workbench.hint(next === null ? null : words.how);
    workbench.redraw();
  };
  const give = (goal: ShapeGoal, runs: Runs): void => void applyShape(workbench, goal, runs, words.label);

  const look = async (
    wanted: P,
    find: (signal: AbortSignal) => Promise<{ readonly mask: Rle }>,
    fallback: P | null,
  ): Promise<void> => {
    const found = await workbench.assisted(
      { label: words.seeking, failure: words.failure, isProposal: () => !taken.has(wanted) },
      (signal) => find(signal),
    );
    if (sought?.proposal === wanted) sought = null;
    const goal = taken.get(wanted);
    taken.delete(wanted);
    const isWanted = goal === undefined ? proposal === wanted : proposal === null;
    // Cancelled or refused: what was found before it stays, a first wish is over.
    if (found === null) {
      if (isWanted) show(fallback);
      return;
    }
    const runs = maskRuns(found.mask);
    if (goal === undefined) {
      if (isWanted) show({ ...wanted, runs });
    } else give(goal, runs);
    if (isEmptyMask(runs) && isWanted && isInHand) workbench.hint(words.none);
  };

  return {
    current: () => proposal,
    all: () => (proposal === null ? [...taken.keys()] : [...taken.keys(), proposal]),
    show,
    seek(wanted, find, fallback) {
      show(wanted);
      sought = { proposal: wanted, work: look(wanted, find, fallback) };
    },
    apply(modifiers = noModifiers) {
      const done = proposal;
      if (done === null) return;
      // Made part of the document now: with the class and in the colour of this moment, and what the keys held with Enter make of it.
      const isOther = modifiers.shift || modifiers.alt;
      const goal = isOther
        ? shapeGoal(workbench, shapeEffect(workbench, modifiers))
        : takenNow(workbench, done.goal);
      if (goal === null) return;
      if (done === sought?.proposal) {
        taken.set(done, goal);
        finishing(sought.work);
        show(null);
        return;
      }
      if (done.runs === null || isEmptyMask(done.runs)) return;
      // What cannot be taken now stays a proposal, and why is said.
      if (goal.kind === 'existing' && standingOf(workbench, goal.record) === null) return;
      show(null);
      give(goal, done.runs);
    },
    drop() {
      // Taking up another tool drops nothing that was taken.
      if (isInHand) taken.clear();
      show(null);
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

interface StandingProposal<P extends ShapeProposal>
  extends Required<Pick<Tool, 'apply' | 'drop' | 'putDown' | 'takeUp'>> {
  readonly current: () => P | null;
  /** The one that stands, and those that were taken before they were found. */
  readonly all: () => readonly P[];
  readonly show: (next: P | null) => void;
  /**
   * Shows what is wanted, and what was found for it once it is.
   *
   * @param fallback what stands where it is cancelled or fails
   */
  readonly seek: (
    wanted: P,
    find: (signal: AbortSignal) => Promise<{ readonly mask: Rle }>,
    fallback: P | null,
  ) => void;
}
