import { openDialog } from '../store/dialogs.ts';
import type { Studio } from '../store/studio.ts';
import type { MusePage } from '../store/window-state.ts';
import { acceptDrafts, lastDraft, rejectDrafts, startWriting } from '../store/writing.ts';
import { type Action, defineAction } from './registry.ts';

const always = (): boolean => true;
const hasImages = (state: Studio): boolean => state.document.images.size > 0;

export const museActions: readonly Action[] = [
  pageAction('generate', 'Generate questions…', hasImages),
  pageAction('check', 'Check questions…', always),
  pageAction('statistics', 'Statistics of questions…', always),
  pageAction('compare', 'Compare evaluations…', always),
  pageAction('browse', 'Look into a MUSE file…', always),
  defineAction({
    id: 'muse.write',
    title: 'Write a question and its answer',
    group: 'Questions and answers',
    when: ({ view, chat }) => view.imageId !== null && !chat.writing.has(view.imageId),
    run: ({ state }) => {
      if (state.view.imageId !== null) startWriting(state.view.imageId, null);
    },
  }),
  draftAction('accept', 'Accept the newest draft of this image', acceptDrafts),
  draftAction('reject', 'Reject the newest draft of this image', rejectDrafts),
];

function pageAction(page: MusePage, title: string, when: (state: Studio) => boolean): Action {
  return defineAction({
    ...{ id: `muse.${page}`, title, group: 'Questions and answers', when },
    run: () => openDialog({ kind: 'muse', page }),
  });
}

function draftAction(verb: string, title: string, run: typeof acceptDrafts): Action {
  return defineAction({
    ...{ id: `muse.${verb}-draft`, title, group: 'Questions and answers' },
    when: (state) => lastDraft(state) !== null,
    run: async ({ state }) => {
      const draft = lastDraft(state);
      if (draft !== null) await run([draft]);
    },
  });
}
