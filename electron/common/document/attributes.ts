import { emptyDiff } from './diff.ts';
import type { Document } from './document.ts';
import type { AnnotationId, AnnotationRecord, Attribute, CategoryRecord, Diff } from './records.ts';
import { changedTargets } from './target-edits.ts';

export type AttributeValue = AnnotationRecord['attributes'][string];

/** What a new target of a class starts with: the initial values of its attributes. */
export function initialAttributes(category: CategoryRecord | undefined): AnnotationRecord['attributes'] {
  const said = (category?.attributes ?? []).flatMap(({ name, initial }) =>
    initial === null ? [] : [[name, initial] as const],
  );
  return Object.fromEntries(said);
}

/** The targets with an attribute said; null takes it back. */
export function withAttribute(
  document: Document,
  ids: readonly AnnotationId[],
  name: string,
  value: AttributeValue | null,
): Diff {
  if (name === '') return emptyDiff;
  return changedTargets(document, ids, ({ attributes }) => {
    // Entries, not a key of an object literal: an attribute may be called "__proto__".
    const others = Object.entries(attributes).filter(([known]) => known !== name);
    return { attributes: Object.fromEntries(value === null ? others : [...others, [name, value]]) };
  });
}

/** An attribute of a class under another name; what was said of its targets goes with it, but over nothing that is said under that name. */
export function renamedAttribute(
  document: Document,
  category: CategoryRecord,
  from: string,
  to: string,
): Diff {
  const attributes = category.attributes.map((known) =>
    known.name === from ? { ...known, name: to } : known,
  );
  const said = [...document.annotations.values()].flatMap(({ id, categoryId, attributes: values }) =>
    categoryId === category.id && Object.hasOwn(values, from) && !Object.hasOwn(values, to) ? [id] : [],
  );
  const { changed } = changedTargets(document, said, ({ attributes: values }) => ({
    attributes: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name === from ? to : name, value] as const),
    ),
  }));
  return { added: [], changed: [[category, { ...category, attributes }], ...changed], removed: [] };
}

/**
 * The value a person typed for an attribute, as the document keeps it: null for none.
 *
 * @returns undefined when it does not fit: a choice that is none, a number that is none
 */
export function attributeValue(attribute: Attribute, typed: string): AttributeValue | null | undefined {
  const text = typed.trim();
  if (text === '') return null;
  switch (attribute.type) {
    case 'text':
      return text.slice(0, 4096);
    case 'choice':
      return attribute.choices.includes(text) ? text : undefined;
    case 'number': {
      const number = Number(text);
      return Number.isFinite(number) ? number : undefined;
    }
    case 'flag':
      return text === 'true' ? true : text === 'false' ? false : undefined;
  }
}
