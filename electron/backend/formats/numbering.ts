import type { FormatInfo } from '../../common/contract.ts';
import type { AnnotationRecord, CategoryRecord, ImageRecord } from '../../common/document/records.ts';
import { inOrder } from './chosen-images.ts';
import type { ProjectContents, ProjectMasks } from './format.ts';

/** What an annotation without a category is filed under. */
export type UncategorisedPolicy = 'name' | 'object' | 'drop';

export const uncategorisedOption: FormatInfo['options'][number] = {
  name: 'uncategorised',
  label: 'Targets without a category',
  choices: [
    { value: 'name', label: 'A category of their name' },
    { value: 'object', label: 'One category "object"' },
    { value: 'drop', label: 'Leave out' },
  ],
  initial: 'name',
};

/** What a report says of a target that got a class so. */
export function filedUnder(policy: UncategorisedPolicy): string {
  const where = policy === 'object' ? `“${namelessCategory}”` : 'a category of their name';
  return `Targets without a category: filed under ${where}`;
}

export interface NumberedCategory {
  readonly id: number;
  readonly name: string;
  readonly supercategory: string;
  readonly attributes: CategoryRecord['attributes'];
  /** Null for one that no class of the project is. */
  readonly colour: string | null;
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
      ...ordered.map(({ name, supercategory, attributes, colour }, index) => ({
        ...{ id: index + 1, name, supercategory, attributes, colour },
      })),
      ...extra.map((name, index) => ({
        ...{ id: ordered.length + index + 1, name, supercategory: '', attributes: [], colour: null },
      })),
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
function extraNames(annotations: ProjectMasks, policy: UncategorisedPolicy): string[] {
  const names = new Set<string>();
  for (const annotation of looseOf(annotations)) {
    const name = nameFor(annotation, policy);
    if (name !== null) names.add(name);
  }
  return [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function looseOf(annotations: ProjectMasks): Iterable<AnnotationRecord> {
  if ('loose' in annotations) return annotations.loose();
  return annotations.filter(({ categoryId }) => categoryId === null);
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
