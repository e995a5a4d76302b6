import { cutText } from '../cut-text.ts';
import { nextColour } from '../palette.ts';
import { emptyDiff } from './diff.ts';
import type { Document } from './document.ts';
import { newCategoryId } from './new-ids.ts';
import { newCategory } from './new-records.ts';
import { nextOrder } from './order.ts';
import type { AnnotationId, CategoryId, CategoryRecord, Diff } from './records.ts';
import { changedTargets } from './target-edits.ts';
import { annotationsOfCategory, categoriesInOrder } from './views.ts';

/** The longest name the document takes. */
export const longestName = 1024;

/** Two names with one key are the same to a person: capitals, spaces around and how an accent is written make no difference. */
export function nameKey(name: string): string {
  // Not toLocaleLowerCase: what is one name must not depend on the machine's language.
  return name.trim().replaceAll(/\s+/gu, ' ').normalize('NFC').toLowerCase();
}

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
  const diff = changedTargets(document, ids, () => ({ categoryId: category.id }));
  return known === undefined ? { ...diff, added: [category] } : diff;
}

export function uncategorised(document: Document, ids: readonly AnnotationId[]): Diff {
  return changedTargets(document, ids, () => ({ categoryId: null }));
}

export function changedCategory(
  document: Document,
  id: CategoryId,
  change: Partial<Pick<CategoryRecord, 'name' | 'colour' | 'supercategory' | 'attributes' | 'order'>>,
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
