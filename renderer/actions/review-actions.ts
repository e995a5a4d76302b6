import { nextListedToReview } from '../store/image-list.ts';
import { startReview, stopReview } from '../store/review.ts';
import { defineAction } from './registry.ts';

export const reviewActions = [
  defineAction({
    id: 'review.toggle',
    title: 'Start or stop reviewing',
    group: 'Targets',
    keys: ['mod+shift+r'],
    when: (state) => state.view.reviewing || nextListedToReview(state) !== null,
    run: ({ state }) => (state.view.reviewing ? stopReview() : startReview()),
  }),
] as const;
