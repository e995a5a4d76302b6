import { confirmed, openDialog } from '../store/dialogs.ts';
import { askAgain, deleteTurn, stopAnswer } from '../store/chat.ts';
import { turnsOf } from '../../electron/common/document/views.ts';
import type { Studio } from '../store/studio.ts';
import { askAbout, focusComposer } from './ask-about.ts';
import { hasImage } from './image-actions.ts';
import { defineAction } from './registry.ts';
import { selectedTargets } from './target-actions.ts';

export const chatActions = [
  defineAction({
    id: 'chat.focus',
    title: 'Ask a question',
    group: 'Conversation',
    keys: ['/', 'mod+l'],
    when: hasImage,
    run: focusComposer,
  }),
  defineAction({
    id: 'chat.ask-about',
    title: 'Ask about this target',
    group: 'Conversation',
    keys: ['t'],
    when: (state) => selectedTargets(state).length > 0,
    run: ({ state }) => askAbout(selectedTargets(state)),
  }),
  defineAction({
    id: 'chat.ask-many',
    title: 'Ask about many images…',
    group: 'Conversation',
    when: (state) => state.document.images.size > 0,
    run: () => openDialog({ kind: 'ask-many', imageIds: null }),
  }),
  defineAction({
    id: 'chat.stop',
    title: 'Stop the answer',
    group: 'Conversation',
    keys: ['mod+.'],
    worksInText: true,
    when: isAnswering,
    run: ({ state }) => {
      if (state.view.imageId !== null) stopAnswer(state.view.imageId);
    },
  }),
  defineAction({
    id: 'chat.ask-again',
    title: 'Ask the last question again',
    group: 'Conversation',
    keys: ['mod+shift+enter'],
    when: (state) => lastTurn(state) !== undefined && !isAnswering(state),
    run: ({ state }) => {
      const turn = lastTurn(state);
      return turn === undefined ? undefined : askAgain(turn);
    },
  }),
  defineAction({
    id: 'chat.delete-last',
    title: 'Delete the last question and its answer',
    group: 'Conversation',
    when: (state) => lastTurn(state) !== undefined && !isAnswering(state),
    run: async ({ state }) => {
      const turn = lastTurn(state);
      if (turn === undefined) return;
      const sure = await confirmed({
        title: 'Delete the last question?',
        text: `“${turn.question}” and its answer go, with the masks nobody corrected or accepted. Undo brings them back.`,
        confirm: 'Delete',
        danger: true,
      });
      if (sure) await deleteTurn(turn);
    },
  }),
] as const;

function isAnswering(state: Studio): boolean {
  return state.view.imageId !== null && state.chat.streams.has(state.view.imageId);
}

function lastTurn(state: Studio) {
  return turnsOf(state.document, state.view.imageId).at(-1);
}
