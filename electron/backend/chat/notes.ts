import type { ModelCard } from '../models/model-card.ts';
import { singular } from './target-names.ts';

/** What a person must know about an answer to judge it. */
export interface NoteFacts {
  readonly question: string;
  readonly text: string;
  readonly card: ModelCard | null;
  /** Phrases of targets whose mask has no pixel. */
  readonly emptyPhrases: readonly string[];
  /** Codebook tokens that became part of no target. */
  readonly discarded: number;
  readonly hitLimit: boolean;
  /** Earlier turns the model could be told of; null when it was told of all it can follow. */
  readonly toldTurns: number | null;
  readonly isSamplePicture: boolean;
  /** How unlike the pictures of its training the model finds this one: over 1 it is foreign. Null where it cannot say. */
  readonly unfamiliarity: number | null;
}

const publishedModels = 'Convert a published PixelLM model (Models) for pictures and questions of all kinds.';
export const foreignPictureNote = `This model was trained on drawn scenes like the sample pictures only; on other pictures its answers mean little. ${publishedModels}`;

export function notesFor(facts: NoteFacts): string[] {
  return [
    ...emptyTargets(facts.emptyPhrases),
    ...discardedTokens(facts.discarded),
    ...(facts.hitLimit ? ['The answer reached the model’s limit and stops in the middle.'] : []),
    ...(facts.text.trim() === '' ? ['The model ended its answer without a word.'] : []),
    ...shortenedHistory(facts.toldTurns),
    ...unknownWords(facts.question, facts.card),
    ...foreignPicture(facts),
  ];
}

function emptyTargets(phrases: readonly string[]): string[] {
  return phrases.map((phrase) =>
    phrase === ''
      ? 'The model named a target but drew nothing for it.'
      : `The model named “${phrase}” but drew nothing for it.`,
  );
}

function discardedTokens(count: number): string[] {
  if (count === 0) return [];
  return [
    `The model began a mask and did not finish it (${count} codebook ${count === 1 ? 'token' : 'tokens'} left over).`,
  ];
}

function shortenedHistory(toldTurns: number | null): string[] {
  if (toldTurns === null) return [];
  const told =
    toldTurns === 0 ? 'none of the earlier questions' : `only the last ${toldTurns} of the earlier questions`;
  return [`The conversation is longer than the model can hold: it was told ${told}.`];
}

/** With every answer: one is exported, shared or read alone, and a mask drawn on a foreign picture looks like any other. */
function foreignPicture({ card, isSamplePicture, unfamiliarity }: NoteFacts): string[] {
  const isClosedWorld = card !== null && card.shown.vocabulary !== null;
  const isForeign = unfamiliarity === null ? isClosedWorld && !isSamplePicture : unfamiliarity > 1;
  return isForeign ? [foreignPictureNote] : [];
}

/** Words that name nothing: not to know them costs an answer little, and telling of them would hide those that matter. */
const smallWords = new Set(
  `be been but by could did does each every from had he her here him his if into its just let's may might must my no not our out
  please shall she should so some that their them then they this those to too us was we were will with would yes your`.split(
    /\s+/u,
  ),
);

/** Words of the question that a model with a closed vocabulary was never taught. */
function unknownWords(question: string, card: ModelCard | null): string[] {
  const vocabulary = card?.shown.vocabulary ?? null;
  if (vocabulary === null) return [];
  const known = new Set(vocabulary.flatMap((entry) => entry.toLowerCase().split(/\s+/u)));
  const unknown = (question.match(/\p{L}+(?:['’-]\p{L}+)*/gu) ?? []).filter((word) => {
    const lower = word.toLowerCase().replaceAll('’', "'");
    const forms = [lower, singular(lower), lower.replace(/'s$/u, '')];
    return !smallWords.has(lower) && !forms.some((form) => known.has(form));
  });
  const distinct = [...new Set(unknown.map((word) => word.toLowerCase()))];
  if (distinct.length === 0) return [];
  const listed = distinct.map((word) => `“${word}”`).join(', ');
  return [
    `This model was never taught ${distinct.length === 1 ? 'the word' : 'the words'} ${listed}. ${publishedModels}`,
  ];
}
