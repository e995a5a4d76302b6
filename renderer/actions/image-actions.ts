import { stopAnswer } from '../store/chat.ts';
import { confirmed, openDialog } from '../store/dialogs.ts';
import { addImageFiles, addImageFolder, addImagesFromDisk, removeImages } from '../store/images.ts';
import { annotationsOf, turnsOf } from '../../electron/common/document/views.ts';
import type { Studio } from '../store/studio.ts';
import { neighbourImage, nextListedToReview } from '../store/image-list.ts';
import { showNextToReview } from '../store/review.ts';
import { showImage } from '../store/view.ts';
import { hasProject } from './project-actions.ts';
import { defineAction } from './registry.ts';

export const hasImage = (state: Studio): boolean => state.view.imageId !== null;

export const imageActions = [
  defineAction({
    id: 'images.add',
    title: 'Add images…',
    group: 'Images',
    keys: ['mod+shift+o'],
    run: () => addImageFiles(),
  }),
  defineAction({
    id: 'images.add-from-disk',
    title: 'Add images without copying…',
    group: 'Images',
    when: (state) => state.app?.door === 'browser',
    run: () => addImagesFromDisk(),
  }),
  defineAction({
    id: 'images.add-folder',
    title: 'Add a folder of images…',
    group: 'Images',
    run: () => addImageFolder(),
  }),
  defineAction({
    id: 'images.gallery',
    title: 'All images as pictures…',
    group: 'Images',
    keys: ['mod+shift+g'],
    when: (state) => state.document.images.size > 0,
    run: () => openDialog({ kind: 'gallery' }),
  }),
  defineAction({
    id: 'images.go-to',
    title: 'Go to image…',
    group: 'Images',
    keys: ['mod+g'],
    when: (state) => state.document.images.size > 1,
    run: () => openDialog({ kind: 'go-to-image' }),
  }),
  defineAction({
    id: 'images.comment',
    title: 'Comments on this image…',
    group: 'Images',
    when: hasImage,
    run: ({ state }) => {
      const { imageId } = state.view;
      if (imageId !== null) openDialog({ kind: 'comments', place: { kind: 'image', id: imageId } });
    },
  }),
  defineAction({
    id: 'images.next',
    title: 'Next image',
    group: 'Images',
    keys: ['pagedown', 'alt+arrowdown'],
    when: (state) => neighbour(state, 1) !== undefined,
    run: ({ state }) => showNeighbour(state, 1),
  }),
  defineAction({
    id: 'images.previous',
    title: 'Previous image',
    group: 'Images',
    keys: ['pageup', 'alt+arrowup'],
    when: (state) => neighbour(state, -1) !== undefined,
    run: ({ state }) => showNeighbour(state, -1),
  }),
  defineAction({
    id: 'images.next-to-review',
    title: 'Next image with targets to review',
    group: 'Images',
    keys: ['alt+r'],
    when: (state) => nextToReview(state) !== null,
    run: () => void showNextToReview(),
  }),
  defineAction({
    id: 'images.relink',
    title: 'Find the file of this image again…',
    group: 'Images',
    when: (state) => state.view.imageId !== null && state.troubledImages.has(state.view.imageId),
    run: ({ state }) => {
      if (state.view.imageId !== null) openDialog({ kind: 'relink', imageId: state.view.imageId });
    },
  }),
  defineAction({
    id: 'images.remove',
    title: 'Remove image from project',
    group: 'Images',
    when: (state) => hasProject(state) && hasImage(state),
    run: async ({ state }) => {
      const { imageId } = state.view;
      if (imageId === null) return;
      const targets = annotationsOf(state.document, imageId).length;
      const isAnswering = state.chat.streams.has(imageId);
      // The question that is being answered has no record yet, and is lost like the others.
      const questions = turnsOf(state.document, imageId).length + (isAnswering ? 1 : 0);
      const isAgreed =
        targets + questions === 0 || (await confirmed(removeQuestion({ targets, questions, isAnswering })));
      if (!isAgreed) return;
      stopAnswer(imageId);
      showImage(neighbour(state, 1)?.id ?? neighbour(state, -1)?.id ?? null);
      await removeImages([imageId]);
    },
  }),
] as const;

function neighbour(state: Studio, step: 1 | -1) {
  return neighbourImage(state, step);
}

function showNeighbour(state: Studio, step: 1 | -1): void {
  const image = neighbour(state, step);
  if (image !== undefined) showImage(image.id);
}

function nextToReview(state: Studio) {
  return nextListedToReview(state);
}

/** What the person is asked before an image goes. */
export function removeQuestion({
  targets,
  questions,
  isAnswering,
}: {
  readonly targets: number;
  /** The one being answered counts. */
  readonly questions: number;
  readonly isAnswering: boolean;
}) {
  const stopped = isAnswering ? ' The answer being written is stopped.' : '';
  const parts = [
    ...(targets > 0 ? [counted(targets, 'target')] : []),
    ...(questions > 0 ? [counted(questions, 'question')] : []),
  ];
  const goes = targets + questions === 1 ? 'goes' : 'go';
  return {
    title: 'Remove this image from the project?',
    text: `Its ${parts.join(' and ')} ${goes} with it.${stopped} The image file stays where it is, and Undo brings everything back.`,
    confirm: 'Remove image',
    danger: true,
  };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
