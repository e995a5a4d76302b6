import { useStudio } from '../store/studio.ts';
import { reporting, showToast } from '../store/toasts.ts';
import { type Action, findAction } from './registry.ts';

/** Runs an action if it makes sense now. @returns whether it ran */
export function runAction(action: Action): boolean {
  const state = useStudio.getState();
  if (!action.when(state)) return false;
  reporting(`${action.title} did not work`, async () => {
    await action.run({ state });
  });
  return true;
}

/** By id, as a native menu asks; an id that nobody knows is said, not swallowed. */
export function runActionById(id: string): void {
  const action = findAction(id);
  if (action === undefined)
    showToast({ tone: 'warning', title: 'This version cannot do that', text: `There is no action “${id}”.` });
  else runAction(action);
}
