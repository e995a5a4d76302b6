import type { AnnotationId, CategoryId, CategoryRecord } from '../../electron/common/document/records.ts';
import { categorised, categoryNamed, ofCategory } from '../../electron/common/document/categories.ts';
import { withLabels } from '../../electron/common/document/label-set.ts';
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
 * @param isDrawingNew the next shape is a new target: then the one selected target, as the one just drawn, keeps the class it has
 */
export async function chooseCategory(category: CategoryRecord, isDrawingNew: boolean): Promise<void> {
  setActiveCategory(category.id);
  const { document, view } = useStudio.getState();
  const selected = annotationsFound(document, view.selection);
  // Several are not selected by drawing one: who has them selected means them.
  const isAboutNext = isDrawingNew && selected.length === 1;
  const free = selected.filter(({ categoryId }) => !isAboutNext || categoryId === null).map(({ id }) => id);
  if (free.length === 0) return;
  await commit(`Class ${category.name}`, ofCategory(document, free, category));
}

/**
 * Gives targets the class called `name`, made where there is none, one undo step. Who drew something without a class and now says what it is
 * goes on with that class: while new targets are drawn and none was chosen for them, it is the class of what is drawn next.
 */
export async function giveCategory(
  ids: readonly AnnotationId[],
  name: string,
  isDrawingNew: boolean,
): Promise<void> {
  await commit(`Set class ${name.trim()}`, categorised(useStudio.getState().document, ids, name));
  const state = useStudio.getState();
  const given = categoryNamed(state.document, name);
  if (isDrawingNew && given !== undefined && activeCategory(state) === null) setActiveCategory(given.id);
}

/** A class of that name, made where the project has none. @returns null for a name without a letter */
export async function makeCategory(name: string): Promise<CategoryRecord | null> {
  const { document } = useStudio.getState();
  const known = categoryNamed(document, name);
  if (known !== undefined) return known;
  const diff = withLabels(document, [{ name }]);
  await commit(`Add class ${name.trim()}`, diff);
  return categoryNamed(useStudio.getState().document, name) ?? null;
}

/** A person drew a target: "repeat last" means this tool and this class. */
export function noteDrawn(tool: string, categoryId: CategoryId | null): void {
  setView({ lastDrawn: { tool, categoryId } });
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
