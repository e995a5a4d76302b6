import { useStudio } from '../store/studio.ts';
import { keysOf } from './keys.ts';
import { findAction } from './registry.ts';
import { runAction } from './run-action.ts';

export interface BoundAction {
  readonly title: string;
  readonly keys: readonly string[];
  readonly isAvailable: boolean;
  readonly run: () => void;
}

/** An action as a control needs it: live availability and the person's own keys. */
export function useAction(id: string): BoundAction {
  const action = findAction(id);
  const isAvailable = useStudio((state) => action?.when(state) ?? false);
  const settings = useStudio((state) => state.settings);
  return {
    title: action?.title ?? id,
    keys: action === undefined ? [] : keysOf(action, settings),
    isAvailable,
    run: () => {
      if (action !== undefined) runAction(action);
    },
  };
}
