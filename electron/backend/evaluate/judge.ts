import type { Box } from '../../common/geometry.ts';
import { boundaryWords, isDeterminer, pronouns } from '../../common/text/phrase-words.ts';
import { singular } from '../chat/target-names.ts';

/** What a judge is asked about one answer: does each prediction's text fit the instance its mask was matched with? */
export interface JudgedAnswer {
  readonly width: number;
  readonly height: number;
  readonly question: string;
  /** The model's answer with {seg} at each target. */
  readonly answer: string;
  readonly pairs: readonly {
    /** Place of the prediction among the answer's targets, from 0. */
    readonly prediction: number;
    /** The words that name it in the answer. */
    readonly words: string;
    /** Of the instance. */
    readonly description: string;
    readonly box: Box;
  }[];
}

/** Gives s_i of the paper's protocol. */
export interface Judge {
  /** Stands in the report: nobody must take one judge's numbers for another's. */
  readonly name: string;
  /** @returns 0..1 for each pair, in their order */
  score(answer: JudgedAnswer, signal: AbortSignal): Promise<readonly number[]>;
}

/**
 * No language model, and named as such: the share of common words, endings of plurals and small words taken off, among the words of the shorter of
 * description and phrase. "the red cups" fits "red cup on the left" with 1, "red plate" with 0.5, which is not above one half.
 */
export const wordsJudge: Judge = {
  name: 'words (offline, no language model)',
  score: ({ pairs }) =>
    Promise.resolve(pairs.map(({ words, description }) => sharedWords(words, description))),
};

export function sharedWords(phrase: string, description: string): number {
  const [a, b] = [contentWords(phrase), contentWords(description)];
  const smaller = Math.min(a.size, b.size);
  if (smaller === 0) return 0;
  return [...a].filter((word) => b.has(word)).length / smaller;
}

function contentWords(text: string): Set<string> {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const isSmall = (word: string): boolean =>
    isDeterminer(word) || boundaryWords.has(word) || pronouns.has(word);
  return new Set(words.filter((word) => !isSmall(word)).map(singular));
}
