import { withImageState } from '../../electron/common/document/image-state.ts';
import type { ImageState } from '../../electron/common/document/records.ts';
import { commit } from '../store/edit.ts';
import { pickedOrShown } from '../store/image-list.ts';
import { type Action, defineAction } from './registry.ts';

export const imageStateActions: readonly Action[] = [
  stateAction('images.mark-done', 'Mark image as done', { state: 'done', keys: ['shift+e'] }),
  stateAction('images.mark-review', 'Mark image to review', { state: 'review' }),
  stateAction('images.mark-skipped', 'Skip image', { state: 'skipped' }),
  stateAction('images.mark-labelled', 'Mark image as labelled', { state: 'labelled' }),
  stateAction('images.mark-new', 'Mark image as new', { state: 'new' }),
  stateAction('images.mark-by-rule', 'Let the state of the image follow its targets', { state: null }),
];

/** About the picked images, else the one shown: one undo step. */
function stateAction(
  id: string,
  title: string,
  { state: mark, keys = [] }: { readonly state: ImageState | null; readonly keys?: readonly string[] },
): Action {
  return defineAction({
    id,
    title,
    group: 'Images',
    keys,
    when: (state) => pickedOrShown(state).length > 0,
    run: ({ state }) => commit(title, withImageState(state.document, pickedOrShown(state), mark)),
  });
}
