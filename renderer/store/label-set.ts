import type { CategoryId, CategoryRecord } from '../../electron/common/document/records.ts';
import { changedTargets } from '../../electron/common/document/target-edits.ts';
import { initialAttributes } from '../../electron/common/document/attributes.ts';
import { annotationsFound } from '../../electron/common/document/views.ts';
import { setCanvas } from './canvas-session.ts';
import { commit } from './edit.ts';
import { type Studio, useStudio } from './studio.ts';
import { select, setView } from './view.ts';

/** The class that the next drawn target gets; null for none. One that was deleted is none any more. */
export function activeCategory({ document, view }: Pick<Studio, 'document' | 'view'>): CategoryRecord | null {
  return view.activeCategoryId === null ? null : (document.categories.get(view.activeCategoryId) ?? null);
}

/** What is drawn next is of this class. */
export function setActiveCategory(activeCategoryId: CategoryId | null): void {
  setView({ activeCategoryId });
}

/**
 * A class by its key or the picker: selected targets get it, one undo step; and it is the class of what is drawn next.
 *
 * @param isDrawingNew the next shape is a new target: then a selected target that has its class, as the one just drawn, keeps it
 */
export async function chooseCategory(category: CategoryRecord, isDrawingNew: boolean): Promise<void> {
  setActiveCategory(category.id);
  const { document, view } = useStudio.getState();
  const free = annotationsFound(document, view.selection)
    .filter(({ categoryId }) => !isDrawingNew || categoryId === null)
    .map(({ id }) => id);
  if (free.length === 0) return;
  const initial = initialAttributes(category);
  // What was said of a target stays; what its new class starts with is added.
  const diff = changedTargets(document, free, ({ attributes }) => ({
    categoryId: category.id,
    attributes: { ...initial, ...attributes },
  }));
  await commit(`Class ${category.name}`, diff);
}

/** A person drew a target: "repeat last" means this tool and this class. */
export function noteDrawn(categoryId: CategoryId | null): void {
  const { view } = useStudio.getState();
  setView({ lastDrawn: { tool: view.tool, categoryId } });
}

/** Another of what was drawn last: its tool in hand, its class active, nothing selected, so that the next shape is a new target. */
export function repeatLast(): void {
  const { document, view } = useStudio.getState();
  if (view.lastDrawn === null) return;
  const { tool, categoryId } = view.lastDrawn;
  select([]);
  setCanvas({ combine: 'new' });
  setView({
    tool,
    activeCategoryId: categoryId !== null && document.categories.has(categoryId) ? categoryId : null,
  });
}
