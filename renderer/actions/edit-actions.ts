import { redo, undo } from '../store/edit.ts';
import { defineAction } from './registry.ts';

export const editActions = [
  defineAction({
    id: 'edit.undo',
    title: 'Undo',
    group: 'Project',
    keys: ['mod+z'],
    when: (state) => state.history.undo.length > 0,
    run: () => undo(),
  }),
  defineAction({
    id: 'edit.redo',
    title: 'Redo',
    group: 'Project',
    keys: ['mod+shift+z', 'mod+y'],
    when: (state) => state.history.redo.length > 0,
    run: () => redo(),
  }),
] as const;
