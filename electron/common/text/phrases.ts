import type { AnswerPart, TargetId } from '../document/records.ts';
import { boundaryWords, isDeterminer, isOrdinal, linkingWords, pronouns } from './phrase-words.ts';

/** Offsets into the text of an answer; empty (start = end) where no words name the target. */
export interface Phrase {
  readonly start: number;
  readonly end: number;
}

const longestPhrase = 8;
/** Scripts without spaces are one "word" here; more than this is no name any more. */
const longestWord = 24;

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The words that name a target which the model starts after `text`: the noun phrase just before it, its article included
 * ("… and the red cup [SEG]" gives "the red cup"). A linking verb in between is stepped over ("the apple is [SEG]"); a pronoun is taken
 * where nothing better stands ("Sure, it is [SEG]"). Decided by what was streamed so far, so it never changes later.
 *
 * @param text the answer up to the target
 * @param from where the last target began: no word names two targets
 */
export function phraseBefore(text: string, from: number): Phrase {
  const clause = lastClause(text, from);
  let last = clause.length - 1;
  while (last > 0 && linkingWords.has(lower(clause[last]))) last -= 1;
  const end = clause[last];
  const none = nothingAt(text, from);
  if (!end) return none;
  const first = firstWordOf(clause, last);
  if (first === null && isOrdinal(lower(end))) return ordinalPhrase(clause, last);
  if (first === null) return pronouns.has(lower(end)) ? { start: end.start, end: end.end } : none;
  const start = clause[first]?.start ?? end.start;
  return { start: Math.max(start, end.end - longestWord * longestPhrase), end: end.end };
}

/** Index of the phrase's first word, or null when the last word is no noun. */
function firstWordOf(clause: readonly Word[], last: number): number | null {
  let first: number | null = null;
  for (let index = last; index >= 0 && last - index < longestPhrase; index--) {
    const word = lower(clause[index]);
    const isNamed = first !== null;
    if (isDeterminer(word)) {
      // "this" or "one" alone stands for a thing; before a noun it belongs to it, with those before it ("the third cup").
      if (!isNamed) break;
      first = index;
      if (!isDeterminer(lower(clause[index - 1]))) break;
      continue;
    }
    // "a cup of coffee": the phrase goes on in front of "of".
    const isInside = word === 'of' && isNamed && index > 0 && isNoun(lower(clause[index - 1]));
    if (boundaryWords.has(word) && !isInside) break;
    first = index;
  }
  return first;
}

/** "the third", where no noun follows. */
function ordinalPhrase(clause: readonly Word[], last: number): Phrase {
  let first = last;
  while (first > 0 && isDeterminer(lower(clause[first - 1]))) first -= 1;
  return { start: clause[first]?.start ?? 0, end: clause[last]?.end ?? 0 };
}

function isNoun(word: string): boolean {
  return word !== '' && !boundaryWords.has(word) && !isDeterminer(word);
}

/** The words since the last full stop, comma or the like. Brackets and quotes do not end a clause. */
function lastClause(text: string, from: number): Word[] {
  const words: Word[] = [];
  for (const match of text
    .slice(from)
    .matchAll(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*|[.,;:!?\n。，、；：！？]+/gu)) {
    const start = from + match.index;
    if (/[\p{L}\p{N}]/u.test(match[0])) words.push({ text: match[0], start, end: start + match[0].length });
    // What comes right before the target ("the cup: [SEG]") ends nothing.
    else if (/[\p{L}\p{N}]/u.test(text.slice(start))) words.length = 0;
  }
  return words;
}

function lower(word: Word | undefined): string {
  return (word?.text ?? '').toLowerCase().replaceAll('’', "'");
}

/** An empty place right after the last visible character. */
function nothingAt(text: string, from: number): Phrase {
  const end = Math.max(from, text.trimEnd().length);
  return { start: end, end };
}

/**
 * The answer as its parts; their texts, one after the other, are exactly `text`.
 *
 * @param targets in the order of their phrases, which do not overlap
 */
export function answerParts(
  text: string,
  targets: readonly { readonly phrase: Phrase; readonly targetId: TargetId }[],
): AnswerPart[] {
  const parts: AnswerPart[] = [];
  let at = 0;
  for (const { phrase, targetId } of targets) {
    if (phrase.start > at) parts.push({ type: 'text', text: text.slice(at, phrase.start) });
    parts.push({ type: 'target', text: text.slice(phrase.start, phrase.end), targetId });
    at = phrase.end;
  }
  if (at < text.length) parts.push({ type: 'text', text: text.slice(at) });
  return parts;
}
