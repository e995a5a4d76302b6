import type { AnnotationRecord, ImageId, ImageRecord } from '../../common/document/records.ts';
import type { LossList, ProjectContents, ProjectMasks } from './format.ts';
import { grouped } from '../../common/grouped.ts';

export function inOrder(
  a: { readonly order: number; readonly id: string },
  b: { readonly order: number; readonly id: string },
): number {
  return a.order - b.order || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** The chosen images in order; two of the same file name are worth a word, since they are written under other names (export-names.ts). */
export function chosenImages(
  contents: ProjectContents,
  imageIds: readonly string[] | null,
  losses: LossList,
): ImageRecord[] {
  const chosen = imageIds === null ? null : new Set(imageIds);
  const images = contents.images.filter(({ id }) => chosen === null || chosen.has(id)).sort(inOrder);
  const names = new Set<string>();
  for (const { name } of images) {
    if (names.has(name))
      losses.add('Images that share their file name: written under names that differ', name);
    names.add(name);
  }
  return images;
}

/** Each image's annotations in paint order. */
export function groupByImage(
  annotations: ProjectMasks,
): Pick<ReadonlyMap<ImageId, readonly AnnotationRecord[]>, 'get'> {
  if ('ofImage' in annotations) return { get: (id) => annotations.ofImage(id) };
  return grouped([...annotations].sort(inOrder), ({ imageId }) => imageId);
}
