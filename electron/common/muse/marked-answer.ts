import type { AnswerPart, TargetRecord, TurnRecord } from '../document/records.ts';
import { answerParts, phraseBefore, type Phrase } from '../text/phrases.ts';

/** An answer with {seg} after the words of each target, as MUSE writes it and as a person does: both ways between it and the records. */

/** The answer's words with {seg} after each target that has a mask, and those targets in that order. */
export function markedAnswer(
  { answer: parts }: Pick<TurnRecord, 'answer'>,
  targets: readonly TargetRecord[],
): { readonly answer: string; readonly targets: readonly TargetRecord[] } {
  const byId = new Map(targets.map((target) => [target.id, target]));
  const ordered: TargetRecord[] = [];
  let answer = '';
  for (const part of parts ?? []) {
    answer += part.text;
    const target = part.type === 'target' ? byId.get(part.targetId) : undefined;
    if (!target || target.annotationId === null) continue;
    answer = withMark(answer);
    ordered.push(target);
  }
  return { answer, targets: ordered };
}

/** {seg} after the words so far. */
export function withMark(text: string): string {
  return text === '' || text.endsWith(' ') ? `${text}{seg}` : `${text} {seg}`;
}

export interface UnmarkedAnswer {
  /** As a person reads it. */
  readonly text: string;
  /** The words that name the target of each {seg}, in their order. */
  readonly phrases: readonly Phrase[];
}

/** @param names of the targets, where their file tells them: the words before a {seg} that spell its name are its phrase, with their article */
export function withoutMarks(answer: string, names: readonly string[] = []): UnmarkedAnswer {
  const pieces = answer.split('{seg}');
  const phrases: Phrase[] = [];
  let text = '';
  let last = 0;
  pieces.forEach((piece, index) => {
    const isLast = index === pieces.length - 1;
    // The space in front of {seg} goes with it.
    text += isLast ? piece : piece.replace(/ $/u, '');
    if (isLast) return;
    phrases.push(namedAtEnd(text, names[index] ?? '', last) ?? phraseBefore(text, last));
    last = text.length;
  });
  return { text, phrases };
}

/** "the red cup" at the end of the text, where the target is called "red cup". */
function namedAtEnd(text: string, name: string, from: number): Phrase | null {
  const start = text.length - name.length;
  if (name === '' || start < from || !text.toLowerCase().endsWith(name.toLowerCase())) return null;
  const article = /(?:^|[^\p{L}])((?:the|a|an) )$/iu.exec(text.slice(from, start))?.[1] ?? '';
  return { start: start - article.length, end: text.length };
}

/**
 * The records of an answer: its parts, and one target for each of `targets`; those that no {seg} stands for are named by no words.
 *
 * @param recordOf words: of the answer that name the target
 */
export function answerRecords<Target>(
  { text, phrases }: UnmarkedAnswer,
  targets: readonly Target[],
  recordOf: (target: Target, index: number, words: string) => TargetRecord,
): { readonly parts: AnswerPart[]; readonly targets: readonly TargetRecord[] } {
  const placed = targets.map((target, index) => {
    const phrase = phrases[index] ?? { start: text.length, end: text.length };
    return { phrase, record: recordOf(target, index, text.slice(phrase.start, phrase.end)) };
  });
  return {
    parts: answerParts(
      text,
      placed.map(({ record, phrase }) => ({ phrase, targetId: record.id })),
    ),
    targets: placed.map(({ record }) => record),
  };
}
