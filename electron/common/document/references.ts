import type { Reference } from './records.ts';

/** A question with the words in it that mean masks. */
export interface Referring {
  readonly question: string;
  readonly references: readonly Reference[];
}

/** True when the references lie inside the question, in its order, and no word belongs to two. */
export function areReferencesInPlace({ question, references }: Referring): boolean {
  let free = 0;
  return references.every(({ start, end }) => {
    const isInPlace = start >= free && end > start && end <= question.length;
    free = end;
    return isInPlace;
  });
}

/** What the model is told: each reference in its plain words, since a number ("cup 2") would mean nothing to it. */
export function toldQuestion({ question, references }: Referring): string {
  return questionPieces({ question, references })
    .map(({ text, reference }) => reference?.words ?? text)
    .join('');
}

export interface QuestionPiece {
  readonly text: string;
  readonly start: number;
  /** Null for the plain words between references. */
  readonly reference: Reference | null;
}

/** The question cut at its references; the texts, one after the other, are exactly the question. */
export function questionPieces({ question, references }: Referring): readonly QuestionPiece[] {
  const all: QuestionPiece[] = [];
  let at = 0;
  for (const reference of references) {
    if (reference.start > at) {
      all.push({ text: question.slice(at, reference.start), start: at, reference: null });
    }
    all.push({ text: question.slice(reference.start, reference.end), start: reference.start, reference });
    at = reference.end;
  }
  if (at < question.length) all.push({ text: question.slice(at), start: at, reference: null });
  return all;
}
