import { colourChooser } from '../palette.ts';
import { fittedName, isNamedByClass, longestName, ofCategory } from './categories.ts';
import { nameKey } from './class-names.ts';
import { emptyDiff, isSameRecord } from './diff.ts';
import type { Document } from './document.ts';
import { newCategoryId } from './new-ids.ts';
import { newCategory } from './new-records.ts';
import { nextOrder } from './order.ts';
import type { Attribute, CategoryId, CategoryRecord, Diff } from './records.ts';
import { cutText } from '../cut-text.ts';
import { annotationsOfCategory, categoriesInOrder } from './views.ts';
import { grouped } from '../grouped.ts';

/** A class as a file of labels or a person gives it. */
export interface Label {
  readonly name: string;
  readonly supercategory?: string | undefined;
  /** "#rrggbb"; left out, the colour used least is taken. */
  readonly colour?: string | undefined;
  readonly attributes?: readonly Attribute[] | undefined;
}

/**
 * The label set with these classes: those that the project has (nameKey) gain what they had not said, the others come behind it in the
 * order given. A name that comes twice is one class; names without a letter are left out.
 */
export function withLabels(document: Pick<Document, 'categories'>, labels: readonly Label[]): Diff {
  const standing = categoriesInOrder(document.categories);
  const known = new Map<string, CategoryRecord>();
  for (const category of standing.toReversed()) known.set(nameKey(category.name), category);
  const nextColour = colourChooser(standing.map(({ colour }) => colour));
  const added = new Map<string, CategoryRecord>();
  const changed = new Map<CategoryId, readonly [CategoryRecord, CategoryRecord]>();
  let order = nextOrder(standing);
  for (const label of labels) {
    const key = nameKey(label.name);
    if (key === '') continue;
    const before = known.get(key);
    if (before !== undefined) {
      const after = completed(changed.get(before.id)?.[1] ?? before, label);
      if (!isSameRecord(before, after)) changed.set(before.id, [before, after]);
      continue;
    }
    const earlier = added.get(key);
    added.set(
      key,
      completed(
        earlier ??
          newCategory({
            id: newCategoryId(),
            name: fittedName(label.name),
            colour: label.colour ?? nextColour(),
            order: order++,
          }),
        label,
      ),
    );
  }
  return { added: [...added.values()], changed: [...changed.values()], removed: [] };
}

/** What a class has said already stays; what it has not is taken from the label. */
function completed(category: CategoryRecord, label: Label): CategoryRecord {
  const names = new Set(category.attributes.map(({ name }) => nameKey(name)));
  const more = (label.attributes ?? []).filter(({ name }) => !names.has(nameKey(name)));
  return {
    ...category,
    supercategory: category.supercategory || cutText((label.supercategory ?? '').trim(), longestName),
    attributes: more.length === 0 ? category.attributes : [...category.attributes, ...more].slice(0, 100),
  };
}

/** Classes that a person would read as one ("Cup", "cup "), each group in the order of the label set: offered a merge. */
export function duplicateCategories(
  document: Pick<Document, 'categories'>,
): readonly (readonly CategoryRecord[])[] {
  const groups = grouped(categoriesInOrder(document.categories), ({ name }) => nameKey(name));
  return [...groups.values()].filter((group) => group.length > 1);
}

/** One class of several: all targets have the kept one, which gains attributes it did not define; the others go. */
export function mergedCategories(document: Document, kept: CategoryId, others: readonly CategoryId[]): Diff {
  const before = document.categories.get(kept);
  const removed = [...new Set(others)].flatMap((id) =>
    id === kept ? [] : (document.categories.get(id) ?? []),
  );
  if (before === undefined || removed.length === 0) return emptyDiff;
  const after = removed.reduce<CategoryRecord>(completed, before);
  const members = removed.flatMap(({ id }) => annotationsOfCategory(document, id).map((one) => one.id));
  const moved = ofCategory(document, members, after);
  const changed = isSameRecord(before, after) ? moved.changed : [[before, after] as const, ...moved.changed];
  return { added: [], changed, removed };
}

export type Renaming =
  | { readonly kind: 'renamed'; readonly diff: Diff }
  /** The same name, or none: nothing to do, and the field shows the old one. */
  | { readonly kind: 'unchanged' }
  /** Another class is called so: a merge is offered. */
  | { readonly kind: 'taken'; readonly by: CategoryRecord };

/**
 * What it means to call a class `name`, on Enter and when the field is left. Targets that have the class's name because they were drawn or
 * imported as it are called so too; a name that a person or a model gave stays.
 */
export function renamedCategory(document: Document, id: CategoryId, name: string): Renaming {
  const before = document.categories.get(id);
  const fitted = fittedName(name);
  if (before === undefined || fitted === '' || fitted === before.name) return { kind: 'unchanged' };
  const by = categoriesInOrder(document.categories).find(
    (other) => other.id !== id && nameKey(other.name) === nameKey(fitted),
  );
  if (by !== undefined) return { kind: 'taken', by };
  const namedByIt = annotationsOfCategory(document, id).filter((one) => isNamedByClass(document, one));
  const renamed = namedByIt.map((one) => [one, { ...one, name: fitted }] as const);
  return {
    kind: 'renamed',
    diff: { added: [], changed: [[before, { ...before, name: fitted }], ...renamed], removed: [] },
  };
}

/**
 * A renaming of a class to be taken back or made again, for the targets as they stand by now: what another window removed, named or gave
 * another class since is left alone, and what it drew on is renamed as it is. Any other change is given back as it is.
 */
export function renamingAsItStands(document: Document, change: Diff): Diff {
  const isRenaming =
    change.added.length + change.removed.length === 0 &&
    change.changed.some(
      ([before, after]) =>
        before.kind === 'category' && after.kind === 'category' && before.name !== after.name,
    );
  if (!isRenaming) return change;
  const changed = change.changed.flatMap(([before, after]): Diff['changed'] => {
    if (before.kind !== 'annotation' || after.kind !== 'annotation') return [[before, after]];
    const now = document.annotations.get(before.id);
    if (now === before) return [[before, after]];
    const isAsNamed = now?.name === before.name && now.categoryId === before.categoryId;
    return now !== undefined && isAsNamed ? [[now, { ...now, name: after.name }]] : [];
  });
  return { added: [], changed, removed: [] };
}

/** The class at another place of the label set, counted from 0. Only as many records change as must. */
export function reorderedCategory(document: Document, id: CategoryId, place: number): Diff {
  const standing = categoriesInOrder(document.categories);
  const moved = document.categories.get(id);
  if (moved === undefined) return emptyDiff;
  const others = standing.filter((category) => category.id !== id);
  const at = Math.max(0, Math.min(others.length, place));
  const wanted = [...others.slice(0, at), moved, ...others.slice(at)];
  const [below, above] = [others[at - 1], others[at]];
  const order =
    below === undefined
      ? (above?.order ?? 1) - 1
      : above === undefined
        ? below.order + 1
        : (below.order + above.order) / 2;
  const isFree = (below === undefined || order > below.order) && (above === undefined || order < above.order);
  // Two that stand in one place, or too near each other for a number between them: all are numbered anew.
  const changed = isFree
    ? [[moved, { ...moved, order }] as const]
    : wanted.map((category, index) => [category, { ...category, order: index + 1 }] as const);
  return {
    added: [],
    changed: changed.filter(([before, after]) => before.order !== after.order),
    removed: [],
  };
}

/** The class of a number key, 1 to 9: the first nine of the label set. */
export function categoryOfKey(document: Pick<Document, 'categories'>, key: number): CategoryRecord | null {
  return categoriesInOrder(document.categories)[key - 1] ?? null;
}

/** The classes that a few typed letters may mean: those whose name begins with them, then words that do, then any part. */
export function matchingCategories(
  document: Pick<Document, 'categories'>,
  typed: string,
): readonly CategoryRecord[] {
  const wanted = nameKey(typed);
  const all = categoriesInOrder(document.categories);
  if (wanted === '') return all;
  const ranks: CategoryRecord[][] = [[], [], [], []];
  for (const category of all) {
    const name = nameKey(category.name);
    if (name === wanted) ranks[0]?.push(category);
    else if (name.startsWith(wanted)) ranks[1]?.push(category);
    else if (name.includes(` ${wanted}`)) ranks[2]?.push(category);
    else if (name.includes(wanted) || nameKey(category.supercategory).includes(wanted))
      ranks[3]?.push(category);
  }
  return ranks.flat();
}
