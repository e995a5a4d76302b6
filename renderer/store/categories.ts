import type {
  AnnotationId,
  CategoryId,
  CategoryRecord,
  Diff,
} from '../../electron/common/document/records.ts';
import { newCategory } from '../../electron/common/document/new-records.ts';
import { nextOrder } from '../../electron/common/document/order.ts';
import { nextColour } from '../../electron/common/palette.ts';
import type { DocumentState } from './document.ts';
import { newCategoryId } from './new-ids.ts';
import { categoriesInOrder } from './records.ts';
import { changedTargets } from './target-edits.ts';

/** The longest name the document takes. */
export const longestName = 1024;

/** The category called `name`, whatever its capitals. */
export function categoryNamed(document: DocumentState, name: string): CategoryRecord | undefined {
  const wanted = name.trim().toLocaleLowerCase();
  return categoriesInOrder(document.categories).find(
    (category) => category.name.toLocaleLowerCase() === wanted,
  );
}

/** Gives targets the category called `name`, which is made where there is none; one undo step. */
export function categorised(document: DocumentState, ids: readonly AnnotationId[], name: string): Diff {
  const known = categoryNamed(document, name);
  const category = known ?? namedCategory(document, name);
  const diff = changedTargets(document, ids, () => ({ categoryId: category.id }));
  return known === undefined ? { ...diff, added: [category] } : diff;
}

export function uncategorised(document: DocumentState, ids: readonly AnnotationId[]): Diff {
  return changedTargets(document, ids, () => ({ categoryId: null }));
}

export function changedCategory(
  document: DocumentState,
  id: CategoryId,
  change: Partial<Pick<CategoryRecord, 'name' | 'colour' | 'supercategory'>>,
): Diff {
  const before = document.categories.get(id);
  if (before === undefined) return { added: [], changed: [], removed: [] };
  return { added: [], changed: [[before, { ...before, ...change }]], removed: [] };
}

/** Without the category; its targets stay and have none. */
export function withoutCategory(document: DocumentState, id: CategoryId): Diff {
  const category = document.categories.get(id);
  if (category === undefined) return { added: [], changed: [], removed: [] };
  const members = [...document.annotations.values()].filter((annotation) => annotation.categoryId === id);
  return {
    ...uncategorised(
      document,
      members.map((annotation) => annotation.id),
    ),
    removed: [category],
  };
}

function namedCategory(document: DocumentState, name: string): CategoryRecord {
  const others = categoriesInOrder(document.categories);
  return newCategory({
    id: newCategoryId(),
    name: name.trim().slice(0, longestName),
    colour: nextColour(others.map(({ colour }) => colour)),
    order: nextOrder(others),
  });
}
