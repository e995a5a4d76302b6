import { nameKey } from '../document/class-names.ts';
import type { Pattern } from './query.ts';

export type TextTest = (text: string) => boolean;

/**
 * Whether a text is what was typed, capitals aside. "*" stands for any letters and "?" for one, unless they were quoted; with them the
 * whole text must fit.
 *
 * @param extent whether a pattern without them may also be part of the text
 */
export function textTest({ text, quoted }: Pattern, extent: 'whole' | 'part'): TextTest {
  if (!quoted && /[*?]/u.test(text)) return globTest(nameKey(text));
  if (extent === 'whole') {
    const wanted = nameKey(text);
    return (candidate) => nameKey(candidate) === wanted;
  }
  const wanted = folded(text);
  return (candidate) => folded(candidate).includes(wanted);
}

function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/** Step by step rather than as a regular expression: some patterns of stars take those for ever. */
function globTest(pattern: string): TextTest {
  const wanted = [...pattern.replaceAll(/\*+/gu, '*')];
  return (candidate) => {
    const letters = [...nameKey(candidate)];
    let at = 0;
    let place = 0;
    /** Where the last star stands, and how far it reached: what follows is tried again one letter on. */
    let star = -1;
    let reached = 0;
    while (at < letters.length) {
      if (place < wanted.length && wanted[place] === '*') {
        star = place;
        reached = at;
        place += 1;
      } else if (place < wanted.length && (wanted[place] === '?' || wanted[place] === letters[at])) {
        at += 1;
        place += 1;
      } else if (star >= 0) {
        place = star + 1;
        reached += 1;
        at = reached;
      } else return false;
    }
    while (wanted[place] === '*') place += 1;
    return place === wanted.length;
  };
}
