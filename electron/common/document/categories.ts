import { hasNameOf, nameKey } from './class-names.ts';
import { cutText } from '../cut-text.ts';
import { nextColour } from '../palette.ts';
import { initialAttributes } from './attributes.ts';
import { emptyDiff } from './diff.ts';
import type { Document } from './document.ts';
import { newCategoryId } from './new-ids.ts';
import { newCategory } from './new-records.ts';
import { nextOrder } from './order.ts';
import type { AnnotationId, AnnotationRecord, CategoryId, CategoryRecord, Diff } from './records.ts';
import { changedTargets } from './target-edits.ts';
import { annotationsOfCategory, categoriesInOrder } from './views.ts';

/** The longest name the document takes. */
export const longestName = 1024;

/** The name as the document keeps it: without spaces around, no longer than it takes, no character cut in two. */
export function fittedName(name: string): string {
  return cutText(name.trim(), longestName);
}

/** The category called `name`, the first in the label set where several are. */
export function categoryNamed(
  document: Pick<Document, 'categories'>,
  name: string,
): CategoryRecord | undefined {
  const wanted = nameKey(name);
  return categoriesInOrder(document.categories).find((category) => nameKey(category.name) === wanted);
}

/** Gives targets the category called `name`, which is made where there is none; one undo step. */
export function categorised(document: Document, ids: readonly AnnotationId[], name: string): Diff {
  const known = categoryNamed(document, name);
  const category = known ?? namedCategory(categoriesInOrder(document.categories), name);
  const diff = ofCategory(document, ids, category);
  return known === undefined ? { ...diff, added: [category] } : diff;
}

/**
 * Targets in a class: what was said of them stays, what the class starts with is added, and a name that nobody gave follows
 * (isNamedByItself).
 */
export function ofCategory(document: Document, ids: readonly AnnotationId[], category: CategoryRecord): Diff {
  const initial = initialAttributes(category);
  return changedTargets(document, ids, (annotation) => ({
    categoryId: category.id,
    attributes: { ...initial, ...annotation.attributes },
    ...(isNamedByItself(document, annotation) ? { name: category.name } : {}),
  }));
}

/** Nobody gave it its name: it has its class's, or was drawn without a class and has a number (renderer/tools/mask-edit.ts). */
function isNamedByItself(document: Document, annotation: AnnotationRecord): boolean {
  const isNumbered = annotation.source === 'person' && /^Target \d+$/u.test(annotation.name);
  return isNumbered || isNamedByClass(document, annotation);
}

/** It was drawn or imported as its class is called, and is called so for no other reason. What a model named has the model's word. */
export function isNamedByClass(
  document: Pick<Document, 'categories'>,
  annotation: AnnotationRecord,
): boolean {
  const { source, categoryId } = annotation;
  const category = categoryId === null ? undefined : document.categories.get(categoryId);
  return source !== 'model' && hasNameOf(category, annotation);
}

export function uncategorised(document: Document, ids: readonly AnnotationId[]): Diff {
  return changedTargets(document, ids, () => ({ categoryId: null }));
}

/** Any part of a class but its name, which its targets may have (renamedCategory). */
export function changedCategory(
  document: Document,
  id: CategoryId,
  change: Partial<Pick<CategoryRecord, 'colour' | 'supercategory' | 'attributes' | 'order'>>,
): Diff {
  const before = document.categories.get(id);
  if (before === undefined) return emptyDiff;
  return { added: [], changed: [[before, { ...before, ...change }]], removed: [] };
}

/** Without the category; its targets stay and have none. */
export function withoutCategory(document: Document, id: CategoryId): Diff {
  const category = document.categories.get(id);
  if (category === undefined) return emptyDiff;
  const members = annotationsOfCategory(document, id).map((annotation) => annotation.id);
  return { ...uncategorised(document, members), removed: [category] };
}

/** A category behind the others, in the colour that they use least. */
export function namedCategory(others: readonly CategoryRecord[], name: string): CategoryRecord {
  return newCategory({
    id: newCategoryId(),
    name: fittedName(name),
    colour: nextColour(others.map(({ colour }) => colour)),
    order: nextOrder(others),
  });
}
