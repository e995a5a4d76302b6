import { useStudio } from '../store/studio.ts';
import { reporting, showToast } from '../store/toasts.ts';
import { isWhole, whenWhole } from '../store/whole-project.ts';
import { type Action, type ActionGroup, findAction } from './registry.ts';

/**
 * Runs an action if it makes sense now. One about what lies on images waits for all of it while a large project is still being read.
 *
 * @returns whether it ran, or will
 */
export function runAction(action: Action): boolean {
  if (isAboutContents(action) && !isWhole(useStudio.getState())) {
    reporting(`${action.title} did not work`, async () => {
      await whenWhole();
      runAction(action);
    });
    return true;
  }
  const state = useStudio.getState();
  if (!action.when(state)) return false;
  reporting(`${action.title} did not work`, async () => {
    await action.run({ state });
  });
  return true;
}

/** Whether it counts, judges or changes targets, questions or states of images; looking, moving and choosing tools do not. */
function isAboutContents({ id, group }: Action): boolean {
  return contentGroups.has(group) || contentActions.test(id);
}

const contentGroups: ReadonlySet<ActionGroup> = new Set(['Targets', 'Mask', 'Questions and answers']);
const contentActions =
  /^(?:images\.(?:mark|comment|remove|next-to-review)|review|classes|muse|chat\.(?:ask|delete)|project\.(?:categories|import|export|jobs))/u;

/** By id, as a native menu asks; an id that nobody knows is said, not swallowed. */
export function runActionById(id: string): void {
  const action = findAction(id);
  if (action === undefined)
    showToast({ tone: 'warning', title: 'This version cannot do that', text: `There is no action “${id}”.` });
  else runAction(action);
}
