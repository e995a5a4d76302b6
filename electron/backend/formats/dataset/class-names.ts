import type { LossList } from '../format.ts';

/** What is said of two classes of a file that have one name: a project knows classes by their names. */
export const sharedName = 'Classes of one name: they become one class';

/** Tells of names that stand in a file's own list of classes more than once. */
export function noteSharedNames(names: Iterable<string>, losses: LossList): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) losses.add(sharedName, name);
    seen.add(name);
  }
}
