import type { AnnotationRecord, ImageId, ImageRecord } from '../../common/document/records.ts';
import type { LossList, ProjectContents } from './format.ts';

/** What an annotation without a category is filed under. */
export type UncategorisedPolicy = 'name' | 'object' | 'drop';

export interface NumberedCategory {
  readonly id: number;
  readonly name: string;
  readonly supercategory: string;
}

/** Numbers from 1 for images and categories. They come from the whole project, so any choice of images gets the same. */
export interface Numbering {
  readonly categories: readonly NumberedCategory[];
  readonly imageNumber: (image: ImageRecord) => number;
  /** Null when the policy leaves the annotation out. */
  readonly categoryNumber: (annotation: AnnotationRecord) => number | null;
}

export function numberingOf(contents: ProjectContents, policy: UncategorisedPolicy): Numbering {
  const images = new Map([...contents.images].sort(inOrder).map((image, index) => [image.id, index + 1]));
  const ordered = [...contents.categories].sort(inOrder);
  const byId = new Map(ordered.map((category, index) => [category.id, index + 1]));
  const byName = new Map<string, number>();
  for (const { id, name } of ordered) if (!byName.has(name)) byName.set(name, byId.get(id) as number);
  const extra = extraNames(contents.annotations, policy).filter((name) => !byName.has(name));
  extra.forEach((name, index) => byName.set(name, ordered.length + index + 1));
  return {
    categories: [
      ...ordered.map(({ name, supercategory }, index) => ({ id: index + 1, name, supercategory })),
      ...extra.map((name, index) => ({ id: ordered.length + index + 1, name, supercategory: '' })),
    ],
    imageNumber: (image) => images.get(image.id) ?? 0,
    categoryNumber(annotation) {
      const known = annotation.categoryId === null ? undefined : byId.get(annotation.categoryId);
      if (known !== undefined) return known;
      return byName.get(nameFor(annotation, policy) ?? '') ?? null;
    },
  };
}

/** In alphabetical order, whatever the annotations' own order is. */
function extraNames(annotations: readonly AnnotationRecord[], policy: UncategorisedPolicy): string[] {
  const loose = annotations.filter(({ categoryId }) => categoryId === null);
  const names = loose.map((annotation) => nameFor(annotation, policy)).filter((name) => name !== null);
  return [...new Set(names)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

const namelessCategory = 'object';

function nameFor(annotation: AnnotationRecord, policy: UncategorisedPolicy): string | null {
  switch (policy) {
    case 'name':
      return annotation.name.trim() === '' ? namelessCategory : annotation.name.trim();
    case 'object':
      return namelessCategory;
    case 'drop':
      return null;
  }
}

export function inOrder(
  a: { readonly order: number; readonly id: string },
  b: { readonly order: number; readonly id: string },
): number {
  return a.order - b.order || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** The chosen images in order; two of the same file name are worth a word, since a reader cannot tell them apart. */
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
      losses.add('Images that share their file name: other programs cannot tell them apart', name);
    names.add(name);
  }
  return images;
}

/** Each image's annotations in paint order. */
export function groupByImage(annotations: readonly AnnotationRecord[]): Map<ImageId, AnnotationRecord[]> {
  const groups = new Map<ImageId, AnnotationRecord[]>();
  for (const annotation of [...annotations].sort(inOrder)) {
    const group = groups.get(annotation.imageId);
    if (group) group.push(annotation);
    else groups.set(annotation.imageId, [annotation]);
  }
  return groups;
}
