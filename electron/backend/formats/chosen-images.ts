import type { AnnotationRecord, ImageId, ImageRecord } from '../../common/document/records.ts';
import type { LossList, ProjectContents, ProjectMasks } from './format.ts';
import { grouped } from '../../common/grouped.ts';
import { exportNames, ownName } from './export-names.ts';

export function inOrder(
  a: { readonly order: number; readonly id: string },
  b: { readonly order: number; readonly id: string },
): number {
  return a.order - b.order || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** The chosen images in order; one that is written under another name than its own (export-names.ts) is worth a word. */
export function chosenImages(
  contents: ProjectContents,
  imageIds: readonly string[] | null,
  losses: LossList,
): ImageRecord[] {
  const images = imagesInOrder(contents, imageIds);
  const names = exportNames(contents.images);
  for (const image of images) {
    const [own, written] = [ownName(image), names.get(image.id) ?? ownName(image)];
    if (written !== own) losses.add(sharedName, `${own} as ${written}`);
  }
  return images;
}

/** The same for files in which images are called otherwise. */
export function imagesInOrder(contents: ProjectContents, imageIds: readonly string[] | null): ImageRecord[] {
  const chosen = imageIds === null ? null : new Set(imageIds);
  return contents.images.filter(({ id }) => chosen === null || chosen.has(id)).sort(inOrder);
}

export const sharedName = 'Images that share their file name: written under names that differ';

/** Each image's annotations in paint order. */
export function groupByImage(
  annotations: ProjectMasks,
): Pick<ReadonlyMap<ImageId, readonly AnnotationRecord[]>, 'get'> {
  if ('ofImage' in annotations) return { get: (id) => annotations.ofImage(id) };
  return grouped([...annotations].sort(inOrder), ({ imageId }) => imageId);
}
