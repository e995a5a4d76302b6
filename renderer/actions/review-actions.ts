import { nextListedToReview } from '../store/image-list.ts';
import { startReview, stopReview } from '../store/review.ts';
import { isWhole } from '../store/whole-project.ts';
import { defineAction } from './registry.ts';

export const reviewActions = [
  defineAction({
    id: 'review.toggle',
    title: 'Start or stop reviewing',
    group: 'Targets',
    keys: ['mod+shift+r'],
    // Of half a project nobody can say what waits, and looking costs as much as of a whole one.
    when: (state) => state.view.reviewing || (isWhole(state) && nextListedToReview(state) !== null),
    run: ({ state }) => (state.view.reviewing ? stopReview() : startReview()),
  }),
] as const;
