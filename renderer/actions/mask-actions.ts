import { type ImagePoint, imagePoint } from '../../electron/common/geometry.ts';
import { currentCanvas } from '../canvas/current-canvas.ts';
import { maskRuns } from '../picture/mask-runs.ts';
import { copyTargets, pasteTargets, hasCopiedTargets } from '../canvas/clipboard.ts';
import { setCanvas, useCanvas } from '../store/canvas-session.ts';
import { type Studio, useStudio } from '../store/studio.ts';
import { withoutTargets } from '../../electron/common/document/target-edits.ts';
import type { AnnotationRecord } from '../../electron/common/document/records.ts';
import { commitResults } from '../tools/clean-up.ts';
import { finishing } from '../tools/finishing.ts';
import { refusal } from '../tools/mask-edit.ts';
import { moveTargets } from '../tools/select-tool.ts';
import { type Algebra, combineSelected, splitActive } from '../tools/target-algebra.ts';
import type { Workbench } from '../tools/workbench.ts';
import type { CleanUp } from '../workers/mask-operations.ts';
import { commit } from '../store/edit.ts';
import { isCanvasFocused } from './canvas-focus.ts';
import { type Action, defineAction } from './registry.ts';

const selectedCount = (state: Studio): number =>
  state.view.selection.filter((id) => state.document.annotations.has(id)).length;
const hasSelection = (state: Studio): boolean => selectedCount(state) > 0;
const hasSeveral = (state: Studio): boolean => selectedCount(state) > 1;

/** An action on what is on the canvas; without a canvas there is nothing to do. */
function maskAction(
  action: Pick<Action, 'id' | 'title' | 'keys'> &
    Partial<Pick<Action, 'when'>> & { readonly work: (workbench: Workbench) => void | Promise<void> },
): Action {
  const { work, ...rest } = action;
  return defineAction({
    when: hasSelection,
    ...rest,
    group: 'Mask',
    run: async () => {
      const canvas = currentCanvas();
      if (canvas !== null) await work(canvas.workbench);
    },
  });
}

/** A clean-up with a fixed amount, on all selected targets, as one undo step. */
function cleanUpAction(
  action: Pick<Action, 'id' | 'title' | 'keys'> & { readonly kind: CleanUp; readonly amount: number },
): Action {
  const { kind, amount, ...rest } = action;
  return maskAction({
    ...rest,
    work: (workbench) => {
      const chosen = workbench.selected();
      if (chosen.every((record) => refusal(record) !== null)) {
        const [first] = chosen;
        workbench.hint(first === undefined ? null : refusal(first));
        return;
      }
      inTurn(() => cleanUp(workbench, chosen, { kind, amount, title: action.title }));
    },
  });
}

/** Each press goes on with what the one before it left, as one expects who presses a key three times. */
let last: Promise<void> = Promise.resolve();
let waiting = 0;
/** A key held down presses faster than a large mask grows: what it asked for is not worked off long after it was let go. */
const mostWaiting = 2;

function inTurn(work: () => Promise<void>): void {
  if (waiting > mostWaiting) return;
  waiting += 1;
  last = last.then(work).finally(() => (waiting -= 1));
  finishing(last);
}

async function cleanUp(
  workbench: Workbench,
  chosen: readonly AnnotationRecord[],
  { kind, amount, title }: { readonly kind: CleanUp; readonly amount: number; readonly title: string },
): Promise<void> {
  const ids = new Set(chosen.map(({ id }) => id));
  const images = [...new Set(chosen.map(({ imageId }) => imageId))];
  const records = images
    .flatMap((image) => workbench.annotations(image))
    .filter((record) => ids.has(record.id) && refusal(record) === null);
  const results = await workbench.assisted({ label: title, failure: `${title} failed` }, (signal) =>
    Promise.all(
      records.map(async (record) => ({
        record,
        runs: await workbench.masks.run(kind, { runs: maskRuns(record.mask), amount }, signal),
      })),
    ),
  );
  if (results !== null) commitResults(workbench, results, title);
}

function algebraAction(algebra: Algebra, title: string, key: string): Action {
  return maskAction({
    id: `mask.${algebra}`,
    title,
    keys: [key],
    when: hasSeveral,
    work: (workbench) => combineSelected(workbench, algebra),
  });
}

function nudgeAction(key: string, title: string, by: ImagePoint): Action {
  return maskAction({
    id: `mask.nudge-${title.replaceAll(' ', '-').toLowerCase()}`,
    title: `Move mask ${title}`,
    keys: [key],
    when: (state) => hasSelection(state) && isCanvasFocused(),
    work: (workbench) => {
      moveTargets(workbench, workbench.selected(), by);
    },
  });
}

/** Ctrl+C with words marked in the answer copies the words. */
function hasNoMarkedText(): boolean {
  return window.getSelection()?.isCollapsed ?? true;
}

export const maskActions: readonly Action[] = [
  maskAction({
    id: 'mask.clean-up',
    title: 'Clean up with preview…',
    keys: ['k'],
    work: () => setCanvas({ isCleaningUp: !useCanvas.getState().isCleaningUp }),
  }),
  cleanUpAction({ id: 'mask.grow', title: 'Grow by 1 pixel', keys: ['alt+='], kind: 'grow', amount: 1 }),
  cleanUpAction({
    id: 'mask.shrink',
    title: 'Shrink by 1 pixel',
    keys: ['alt+-'],
    kind: 'shrink',
    amount: 1,
  }),
  cleanUpAction({
    id: 'mask.smooth',
    title: 'Smooth the outline',
    keys: ['shift+s'],
    kind: 'smooth',
    amount: 3,
  }),
  cleanUpAction({
    id: 'mask.fill-holes',
    title: 'Fill all holes',
    keys: ['shift+f'],
    kind: 'fillHoles',
    amount: Number.MAX_SAFE_INTEGER,
  }),
  cleanUpAction({
    id: 'mask.remove-islands',
    title: 'Remove islands under 64 pixels',
    keys: ['shift+i'],
    kind: 'removeIslands',
    amount: 64,
  }),
  algebraAction('union', 'Union of the selected masks', 'shift+u'),
  algebraAction('intersect', 'Intersect the selected masks', 'shift+n'),
  algebraAction('subtract', 'Subtract the other selected masks', 'shift+d'),
  maskAction({ id: 'mask.split', title: 'Split into connected parts', keys: ['shift+p'], work: splitActive }),
  maskAction({
    id: 'mask.copy',
    title: 'Copy targets',
    keys: ['mod+c'],
    when: (state) => hasSelection(state) && hasNoMarkedText(),
    work: copyTargets,
  }),
  maskAction({
    id: 'mask.cut',
    title: 'Cut targets',
    keys: ['mod+x'],
    when: (state) => hasSelection(state) && hasNoMarkedText(),
    work: async (workbench) => {
      await copyTargets(workbench);
      const { document, view } = useStudio.getState();
      await commit('Cut targets', withoutTargets(document, view.selection));
    },
  }),
  maskAction({
    id: 'mask.paste',
    title: 'Paste targets',
    keys: ['mod+shift+v'],
    when: (state) => state.view.imageId !== null && hasCopiedTargets(),
    work: pasteTargets,
  }),
  nudgeAction('arrowleft', 'left', imagePoint({ x: -1, y: 0 })),
  nudgeAction('arrowright', 'right', imagePoint({ x: 1, y: 0 })),
  nudgeAction('arrowup', 'up', imagePoint({ x: 0, y: -1 })),
  nudgeAction('arrowdown', 'down', imagePoint({ x: 0, y: 1 })),
  nudgeAction('shift+arrowleft', 'far left', imagePoint({ x: -10, y: 0 })),
  nudgeAction('shift+arrowright', 'far right', imagePoint({ x: 10, y: 0 })),
  nudgeAction('shift+arrowup', 'far up', imagePoint({ x: 0, y: -10 })),
  nudgeAction('shift+arrowdown', 'far down', imagePoint({ x: 0, y: 10 })),
];
