import type { ModelCard } from '../models/model-card.ts';

/**
 * A question as a model with a closed vocabulary was taught to read it. Such a model knows its words in small letters, with a capital where a
 * sentence begins; "RED" would be letters it never saw together. Models of an open world read capitals themselves: theirs stay.
 */
export function asTaught(question: string, card: ModelCard | null): string {
  const vocabulary = card?.shown.vocabulary ?? null;
  if (vocabulary === null) return question;
  const known = new Set(vocabulary.flatMap((entry) => entry.toLowerCase().split(/\s+/u)));
  const asWritten = new Set(vocabulary.flatMap((entry) => entry.split(/\s+/u)));
  let isSentenceStart = true;
  return question.replaceAll(/\p{L}+(?:['’-]\p{L}+)*|[.!?]/gu, (word) => {
    if (/[.!?]/u.test(word)) {
      isSentenceStart = true;
      return word;
    }
    const isFirst = isSentenceStart;
    isSentenceStart = false;
    const lower = word.toLowerCase();
    // Whole sentences in capitals hold small words that no vocabulary lists: what is all capitals is taken for its small letters, too.
    const isShouted = word.length > 1 && word === word.toUpperCase();
    if (word === lower || asWritten.has(word) || !(isShouted || known.has(lower))) return word;
    return isFirst ? lower.charAt(0).toUpperCase() + lower.slice(1) : lower;
  });
}
