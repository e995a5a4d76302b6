import type { MenuItem } from '../ui/menu-item.ts';
import { menuOf } from './action-menu.ts';

/** What can be done to the selected targets: from their rows and on the picture. */
export function targetMenu(): readonly MenuItem[] {
  return menuOf([
    'targets.zoom',
    'targets.category',
    'chat.ask-about',
    'targets.comment',
    null,
    'targets.accept',
    'targets.reject',
    'targets.propose',
    null,
    'targets.toggle-hidden',
    'targets.toggle-locked',
    'targets.raise',
    'targets.lower',
    null,
    'targets.compare',
    'targets.revert',
    'targets.merge',
    'targets.duplicate',
    null,
    'targets.delete',
  ]);
}
