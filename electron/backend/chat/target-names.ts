import {
  boundaryWords,
  compoundNames,
  isDeterminer,
  irregularPlurals,
  pronouns,
  unchangedWords,
} from '../../common/text/phrase-words.ts';

const wordPattern = /[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu;

/**
 * What a target is called in the list: its phrase without the article ("The red cup" -> "red cup"). Where the phrase is empty or a pronoun, the
 * question says what was meant.
 */
export function targetName(phrase: string, question: string): string {
  const words = phrase.match(wordPattern) ?? [];
  const named = withoutDeterminers(words);
  const isPronoun =
    named.length === 0 || (words.length === 1 && pronouns.has((words[0] ?? '').toLowerCase()));
  if (isPronoun) return nameFromQuestion(question) ?? 'target';
  return (named.length === words.length ? [uncapitalised(named[0] ?? ''), ...named.slice(1)] : named).join(
    ' ',
  );
}

/** "Segment the red car, please." -> "red car"; null when the question names nothing. */
export function nameFromQuestion(question: string): string | null {
  const words = question.match(wordPattern) ?? [];
  const start = words.findIndex((word, index) => isDeterminer(word) && isNoun(words[index + 1]));
  if (start < 0) return null;
  const rest = words.slice(start + 1);
  const end = rest.findIndex((word) => !isNoun(word));
  return rest
    .slice(0, end < 0 ? undefined : end)
    .slice(0, 6)
    .join(' ');
}

/**
 * The category of a target's name: its head noun, in the singular and lower case ("red cups" -> "cup", "slice of cake" -> "slice").
 * A name of several words that is already known wins over its last word ("fire hydrant").
 *
 * @param known category names of the project
 */
export function categoryName(name: string, known: Iterable<string> = []): string {
  const words = (name.toLowerCase().match(wordPattern) ?? []).map((word) => word.replaceAll('’', "'"));
  const boundary = words.findIndex((word, index) => index > 0 && boundaryWords.has(word));
  const head = boundary < 0 ? words : words.slice(0, boundary);
  const singularHead = [...head.slice(0, -1), singular(head.at(-1) ?? '')].join(' ');
  const candidates = [...known, ...compoundNames].filter((candidate) => {
    const tail = candidate.toLowerCase();
    return singularHead === tail || singularHead.endsWith(` ${tail}`) || head.join(' ') === tail;
  });
  const longest = candidates.sort((a, b) => b.length - a.length)[0];
  return longest ?? (singular(head.at(-1) ?? '') || 'object');
}

export function singular(word: string): string {
  const irregular = irregularPlurals[word];
  if (irregular !== undefined) return irregular;
  if (unchangedWords.has(word) || word.length < 4) return word;
  if (/(?:ss|us|is)$/u.test(word) || !word.endsWith('s')) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:sh|ch|x|ss|zz)es$/u.test(word)) return word.slice(0, -2);
  return word.replace(/(?:'s|s)$/u, '');
}

function withoutDeterminers(words: readonly string[]): readonly string[] {
  const first = words.findIndex((word) => !isDeterminer(word));
  return first < 0 ? [] : words.slice(first);
}

function isNoun(word: string | undefined): boolean {
  return word !== undefined && !boundaryWords.has(word.toLowerCase()) && !isDeterminer(word);
}

/** "Cups" at the start of a sentence, but not "USB" or "McIntosh". */
function uncapitalised(word: string): string {
  return word.slice(1) === word.slice(1).toLowerCase() ? word.charAt(0).toLowerCase() + word.slice(1) : word;
}
