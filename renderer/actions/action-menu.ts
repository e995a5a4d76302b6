import { useStudio } from '../store/studio.ts';
import type { MenuItem } from '../ui/menu-item.ts';
import { keysOf } from './keys.ts';
import { findAction } from './registry.ts';
import { runAction } from './run-action.ts';

/** Menu lines for actions, as they stand now; null is a line between groups. Unknown ids are left out. */
export function menuOf(ids: readonly (string | null)[]): readonly MenuItem[] {
  const state = useStudio.getState();
  return ids.flatMap((id): readonly MenuItem[] => {
    if (id === null) return [{ kind: 'separator' }];
    const action = findAction(id);
    if (action === undefined || (id === 'images.add-from-disk' && !action.when(state))) return [];
    return [
      {
        kind: 'item',
        text: action.title,
        keys: keysOf(action, state.settings),
        isDisabled: !action.when(state),
        isDangerous: id.endsWith('.delete') || id.endsWith('.remove'),
        run: () => {
          runAction(action);
        },
      },
    ];
  });
}
