import { z } from 'zod';

/**
 * How much one field of a message may hold. Every text, list and table that a client may send has a limit, so that no single message
 * can make the app hold, search or repeat hundreds of megabytes; a test walks the contract for one without.
 */

/** Windows' longest path; other systems stop at 4,096. */
const longestPath = 32_767;
export const pathText = z.string().max(longestPath);
/** A title, a name, a key. */
export const shortText = z.string().max(1_024);

/** Characters of an error's sentence that travel; and of each text among its facts. */
export const longestMessage = 4_000;
/** Facts of an error that travel, as JSON characters. */
export const mostDetails = 100_000;

/** The text, cut where it is too long, with a word about what was left out. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}... (${text.length - most} more characters)`;
}

/** For a table: whether it has no more entries than that. */
export const isAtMost =
  (most: number) =>
  (table: Readonly<Record<string, unknown>>): boolean =>
    Object.keys(table).length <= most;

/** Characters of a window's state, as JSON. */
const largestView = 1_000_000;

/** Whether plain data is small as JSON; false for what is nested too deep to be written at all. */
export function isSmall(data: unknown): boolean {
  try {
    return JSON.stringify(data).length <= largestView;
  } catch {
    return false;
  }
}
