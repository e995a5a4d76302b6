import type { AnnotationRecord, CategoryRecord } from './records.ts';

/** Two names with one key are the same to a person: capitals, spaces around and how an accent is written make no difference. */
export function nameKey(name: string): string {
  // Not toLocaleLowerCase: what is one name must not depend on the machine's language.
  return name.trim().replaceAll(/\s+/gu, ' ').normalize('NFC').toLowerCase();
}

/** It is called as the class, as people read names. */
export function hasNameOf(
  category: CategoryRecord | undefined,
  { name }: Pick<AnnotationRecord, 'name'>,
): boolean {
  return category !== undefined && (category.name === name || nameKey(category.name) === nameKey(name));
}
