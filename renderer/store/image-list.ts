import {
  type ImageSort,
  nextImageToReview,
  sortedImages,
} from '../../electron/common/document/image-order.ts';
import type { ImageId, ImageRecord } from '../../electron/common/document/records.ts';
import { type Parsed, parseSearch } from '../../electron/common/search/parse-search.ts';
import { searchImages } from '../../electron/common/search/search-images.ts';
import type { ImageListState } from './image-list-state.ts';
import { lastOne } from './last-one.ts';
import { type Studio, useStudio } from './studio.ts';

export function setImageList(part: Partial<ImageListState>): void {
  useStudio.setState(({ imageList }) => ({ imageList: { ...imageList, ...part } }));
}

/** Sortings by what an image itself says. */
const ownSorts: ReadonlySet<ImageSort> = new Set(['order', 'name', 'newest']);

type Listed = Pick<Studio, 'document' | 'imageList' | 'troubledImages'>;

/** The search as understood, with what of it was not. The same object while the text stays. */
export const searchOf = lastOne(
  ({ search }: ImageListState): Parsed => parseSearch(search),
  ({ search }) => [search],
);

/** The images as listed: those that the search means, sorted. The same list while nothing it depends on changed. */
export const listedImages = lastOne(
  ({ document, imageList, troubledImages }: Listed): readonly ImageRecord[] => {
    const { query } = searchOf(imageList);
    const found = searchImages(document, query, { troubled: troubledImages });
    return imageList.sort === 'order' ? found : sortedImages(document, found, imageList.sort);
  },
  ({ document, imageList, troubledImages }) => [
    document.images,
    // Only a search or a sorting that asks about them depends on what lies on the images.
    ...(imageList.search.trim() === '' && ownSorts.has(imageList.sort)
      ? []
      : [document.annotations, document.turns, document.targets, document.categories, troubledImages]),
    imageList.search,
    imageList.sort,
  ],
);

/** The images that a search leaves over; null where nothing is searched for. */
export function searchedImages(state: Listed): readonly ImageRecord[] | null {
  return state.imageList.search.trim() === '' ? null : listedImages(state);
}

/** 'listed': those that the search of the image list leaves over. */
export type ImageScope = 'image' | 'listed' | 'project';

/** The images that a scope means, as what is written or asked takes them; null for all. A search that finds none means none. */
export function imagesMeant(
  scope: ImageScope | undefined,
  { shown, listed }: { readonly shown: ImageId | null; readonly listed: readonly ImageRecord[] | null },
): readonly ImageId[] | null {
  if (scope === 'listed' && listed !== null) return listed.map(({ id }) => id);
  return scope === 'image' && shown !== null ? [shown] : null;
}

/** The image before or after the one shown, in the list; the first one where the one shown is not listed. */
export function neighbourImage(state: Listed & Pick<Studio, 'view'>, step: 1 | -1): ImageRecord | undefined {
  const images = listedImages(state);
  const index = images.findIndex(({ id }) => id === state.view.imageId);
  return index < 0 ? images[0] : images[index + step];
}

/** The image that a person means by its place in the list, counted from 1, else by a part of its name; null where none is. */
export function imageMeant(images: readonly ImageRecord[], typed: string): ImageRecord | null {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return null;
  const numbered = /^\d+$/u.test(wanted) ? images[Number(wanted) - 1] : undefined;
  const named = images.find(({ name }) => name.toLowerCase().includes(wanted));
  return numbered ?? named ?? null;
}

/** The next image of the list where something waits for a decision; null where nothing does. */
export function nextListedToReview(state: Listed & Pick<Studio, 'view'>): ImageRecord | null {
  return nextImageToReview(state.document, listedImages(state), state.view.imageId);
}

/** The picked images that exist, else the one shown: what a bulk action is about. */
export function pickedOrShown({
  document,
  imageList,
  view,
}: Pick<Studio, 'document' | 'imageList' | 'view'>): readonly ImageId[] {
  const picked = [...imageList.picked].filter((id) => document.images.has(id));
  if (picked.length > 0) return picked;
  return view.imageId === null ? [] : [view.imageId];
}
