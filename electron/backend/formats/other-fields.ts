import type { LossList } from './format.ts';
import { asWritten } from './parse-json.ts';

/** Enough to see what kind of file it is; a hostile one has a new name in every entry. */
const mostFieldsTold = 50;

/**
 * Tells of fields that nothing here reads, each with how many records say something in it. Empty ones (null, '', [], {}) say nothing.
 *
 * @param what whose they are, as in "Fields of images that have no place here"
 */
export function createFieldNotes(
  losses: LossList,
  what: string,
  known: ReadonlySet<string>,
): (record: Readonly<Record<string, unknown>>, prefix?: string) => void {
  const told = new Set<string>();
  return (record, prefix = '') => {
    for (const [key, value] of Object.entries(record)) {
      const name = `${prefix}${key}`;
      if (known.has(name) || isEmpty(value)) continue;
      const hasRoom = told.has(name) || told.size < mostFieldsTold;
      if (hasRoom) told.add(name);
      const shown = hasRoom ? name : 'others';
      losses.add(`Fields of ${what} that have no place here: ${shown}`, hasRoom ? asWritten(value) : name);
    }
  };
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
