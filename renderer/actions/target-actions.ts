import type { AnnotationId, AnnotationRecord, Diff } from '../../electron/common/document/records.ts';
import { commit } from '../store/edit.ts';
import { openDialog } from '../store/dialogs.ts';
import type { DocumentState } from '../store/document.ts';
import { isUnreviewed, reviewed } from '../../electron/common/document/review.ts';
import { annotationsFound, annotationsOf } from '../../electron/common/document/views.ts';
import { firstToReview } from '../../electron/common/document/image-order.ts';
import { nextListedToReview } from '../store/image-list.ts';
import { goOnReviewing } from '../store/review.ts';
import type { Studio } from '../store/studio.ts';
import {
  changedTargets,
  duplicatedTargets,
  mergedTargets,
  reorderedTarget,
  revertedTargets,
  withoutTargets,
} from '../../electron/common/document/target-edits.ts';
import { listedTargets } from '../store/target-list.ts';
import { showToast } from '../store/toasts.ts';
import { requestCamera, select, setCompared } from '../store/view.ts';
import { type Action, defineAction } from './registry.ts';

/** The selected targets that still exist, in the order in which they were selected. */
export function selectedTargets(state: Studio): readonly AnnotationRecord[] {
  return annotationsFound(state.document, state.view.selection);
}

const hasSelection = (state: Studio): boolean => selectedTargets(state).length > 0;
const shownTargets = (state: Studio): readonly AnnotationRecord[] =>
  annotationsOf(state.document, state.view.imageId);

/** An action that changes all selected targets in one undo step. */
function edit(
  action: Pick<Action, 'id' | 'title'> &
    Partial<Pick<Action, 'keys' | 'when'>> & {
      readonly diff: (document: DocumentState, ids: readonly AnnotationId[]) => Diff;
      /** Locked ones stay as they are, and that is said. */
      readonly sparesLocked?: boolean;
    },
): Action {
  const { diff, sparesLocked = false, ...rest } = action;
  return defineAction({
    when: hasSelection,
    ...rest,
    group: 'Targets',
    run: ({ state }) => {
      if (sparesLocked) sayLocked(selectedTargets(state).filter(({ locked }) => locked));
      return commit(action.title, diff(state.document, state.view.selection));
    },
  });
}

function sayLocked([first, ...others]: readonly AnnotationRecord[]): void {
  if (first === undefined) return;
  showToast({
    tone: 'info',
    title:
      others.length === 0
        ? `“${first.name}” is locked and stays`
        : `${others.length + 1} locked targets stay as they are`,
    text: 'Unlock what is to be deleted: Shift+L, or the lock in its row.',
  });
}

export const targetActions: readonly Action[] = [
  defineAction({
    id: 'targets.select-all',
    title: 'Select all targets',
    group: 'Targets',
    keys: ['mod+a'],
    when: (state) => shownTargets(state).length > 0,
    run: ({ state }) => select(shownTargets(state).map(({ id }) => id)),
  }),
  defineAction({
    id: 'targets.select-none',
    title: 'Select nothing',
    group: 'Targets',
    keys: ['mod+shift+a', 'escape'],
    when: hasSelection,
    run: () => select([]),
  }),
  defineAction({
    id: 'targets.next',
    title: 'Next target',
    group: 'Targets',
    keys: ['alt+j'],
    when: (state) => shownTargets(state).length > 0,
    run: ({ state }) => step(state, 1),
  }),
  defineAction({
    id: 'targets.previous',
    title: 'Previous target',
    group: 'Targets',
    keys: ['alt+k'],
    when: (state) => shownTargets(state).length > 0,
    run: ({ state }) => step(state, -1),
  }),
  defineAction({
    id: 'targets.zoom',
    title: 'Zoom to target',
    group: 'Targets',
    keys: ['z'],
    when: hasSelection,
    run: ({ state }) => {
      const [first] = selectedTargets(state);
      if (first !== undefined && first.area > 0) requestCamera({ kind: 'box', box: first.bbox });
    },
  }),
  defineAction({
    id: 'targets.accept',
    title: 'Accept target',
    group: 'Targets',
    keys: ['a'],
    when: (state) => hasSelection(state) || isBetweenDecisions(state),
    run: ({ state }) => decide(state, 'Accept target', 'accepted'),
  }),
  defineAction({
    id: 'targets.reject',
    title: 'Reject target',
    group: 'Targets',
    keys: ['x'],
    when: (state) => hasSelection(state) || isBetweenDecisions(state),
    run: ({ state }) => decide(state, 'Reject target', 'rejected'),
  }),
  defineAction({
    id: 'targets.propose',
    title: 'Send target back to review',
    group: 'Targets',
    keys: ['shift+a'],
    when: (state) => selectedTargets(state).some(({ review }) => review !== 'proposed'),
    run: ({ state }) =>
      commit('Send back to review', reviewed(state.document, state.view.selection, 'proposed')),
  }),
  defineAction({
    id: 'targets.category',
    title: 'Set class…',
    group: 'Targets',
    keys: ['c'],
    when: hasSelection,
    run: ({ state }) => openDialog({ kind: 'category', annotationIds: state.view.selection }),
  }),
  defineAction({
    id: 'targets.comment',
    title: 'Comments on the target…',
    group: 'Targets',
    keys: ['shift+k'],
    when: hasSelection,
    run: ({ state }) => {
      const last = selectedTargets(state).at(-1);
      if (last !== undefined) openDialog({ kind: 'comments', place: { kind: 'annotation', id: last.id } });
    },
  }),
  edit({
    id: 'targets.delete',
    title: 'Delete target',
    keys: ['delete', 'backspace'],
    diff: withoutTargets,
    sparesLocked: true,
  }),
  edit({ id: 'targets.duplicate', title: 'Duplicate target', keys: ['mod+d'], diff: duplicatedTargets }),
  edit({
    id: 'targets.merge',
    title: 'Merge targets',
    keys: ['mod+m'],
    when: (state) => selectedTargets(state).filter(({ locked }) => !locked).length > 1,
    diff: mergedTargets,
  }),
  edit({
    id: 'targets.revert',
    title: "Revert to the model's mask",
    when: (state) => selectedTargets(state).some(canRevert),
    diff: revertedTargets,
  }),
  defineAction({
    id: 'targets.compare',
    title: "Compare with the model's mask",
    group: 'Targets',
    keys: ['m'],
    when: (state) => selectedTargets(state).some(({ modelMask }) => modelMask !== null),
    run: ({ state }) => {
      const target = selectedTargets(state).find(({ modelMask }) => modelMask !== null);
      setCompared(target === undefined || state.view.compared === target.id ? null : target.id);
    },
  }),
  edit({
    id: 'targets.toggle-hidden',
    title: 'Hide or show target',
    keys: ['shift+h'],
    diff: (document, ids) => {
      const isAnyShown = ids.some((id) => document.annotations.get(id)?.hidden === false);
      return changedTargets(document, ids, () => ({ hidden: isAnyShown }));
    },
  }),
  edit({
    id: 'targets.toggle-locked',
    title: 'Lock or unlock target',
    keys: ['shift+l'],
    diff: (document, ids) => {
      const isAnyFree = ids.some((id) => document.annotations.get(id)?.locked === false);
      return changedTargets(document, ids, () => ({ locked: isAnyFree }));
    },
  }),
  order('targets.raise', 'Move target up', 'alt+]', 1),
  order('targets.lower', 'Move target down', 'alt+[', -1),
];

function canRevert(annotation: AnnotationRecord): boolean {
  return (
    annotation.modelMask !== null &&
    annotation.modelMask.counts !== annotation.mask.counts &&
    !annotation.locked
  );
}

function order(id: string, title: string, key: string, step: 1 | -1): Action {
  return edit({
    id,
    title,
    keys: [key],
    when: (state) => state.view.selection.length === 1,
    diff: (document, [first]) => {
      const annotation = first === undefined ? undefined : document.annotations.get(first);
      const nothing = { added: [], changed: [], removed: [] };
      if (annotation === undefined) return nothing;
      const all = annotationsOf(document, annotation.imageId);
      const next = all[all.indexOf(annotation) + step];
      if (next === undefined) return nothing;
      return reorderedTarget(document, {
        id: annotation.id,
        next: next.id,
        place: step === 1 ? 'above' : 'below',
      });
    },
  });
}

function step(state: Studio, direction: 1 | -1): void {
  const listed = listedTargets(shownTargets(state), state.targetList, state.document);
  const index = listed.findIndex(({ id }) => id === state.view.selection.at(-1));
  const next = listed[(index + direction + listed.length) % listed.length] ?? listed[0];
  if (next !== undefined) select([next.id]);
}

/** Who reviews and has let go of what was selected: the key leads back to what waits, and decides nothing unseen. */
function isBetweenDecisions(state: Studio): boolean {
  const { reviewing, imageId } = state.view;
  if (!reviewing || hasSelection(state)) return false;
  return (
    (imageId !== null && firstToReview(state.document, imageId) !== null) ||
    nextListedToReview(state) !== null
  );
}

async function decide(state: Studio, label: string, review: 'accepted' | 'rejected'): Promise<void> {
  if (!hasSelection(state)) {
    goOnReviewing([]);
    return;
  }
  const saved = commit(label, reviewed(state.document, state.view.selection, review));
  stepToProposed(state);
  await saved;
}

/** Reviewing goes from one proposal to the next without touching the mouse. */
function stepToProposed(state: Studio): void {
  if (state.view.reviewing) {
    goOnReviewing(state.view.selection);
    return;
  }
  const done = new Set(state.view.selection);
  const listed = listedTargets(shownTargets(state), state.targetList, state.document);
  const index = listed.findIndex(({ id }) => done.has(id));
  const after = [...listed.slice(index + 1), ...listed.slice(0, Math.max(0, index))];
  const next = after.find((target) => isUnreviewed(target) && !done.has(target.id));
  if (next !== undefined) select([next.id]);
}
