import { newTarget, newTurn } from '../../common/document/new-records.ts';
import type { ImageId, TargetId, TargetRecord, TurnId, TurnRecord } from '../../common/document/records.ts';
import type { MuseItem } from '../../common/muse-rules.ts';
import { answerParts, phraseBefore, type Phrase } from '../chat/phrases.ts';
import { derivedId } from '../jobs/derived-id.ts';
import type { Instance } from './instances.ts';

/** A turn that waits to be accepted, edited or rejected. Its ids follow from `turnId`. */
export function draftTurn(facts: {
  readonly turnId: TurnId;
  readonly imageId: ImageId;
  readonly order: number;
  readonly item: MuseItem;
  /** In the order of the {seg}. */
  readonly instances: readonly Instance[];
  /** Who wrote it. */
  readonly model: string;
  readonly now: string;
}): readonly [TurnRecord, ...TargetRecord[]] {
  const { item, instances, turnId } = facts;
  const { text, phrases } = withoutMarks(item.answer);
  const targets = instances.map(({ annotation }, index) => {
    const phrase = phrases[index] ?? { start: text.length, end: text.length };
    const record = newTarget({
      id: derivedId(turnId, String(index)) as TargetId, // ids are branded strings
      ...{ turnId, index },
      phrase: text.slice(phrase.start, phrase.end),
      description: item.targets[index]?.description ?? null,
      annotationId: annotation.id,
    });
    return { record, phrase };
  });
  const turn = newTurn({
    id: turnId,
    imageId: facts.imageId,
    order: facts.order,
    question: item.question,
    answer: answerParts(
      text,
      targets.map(({ record, phrase }) => ({ phrase, targetId: record.id })),
    ),
    outcome: 'answered',
    draft: true,
    model: { name: facts.model, precision: '', provider: 'endpoint' },
    createdAt: facts.now,
  });
  return [turn, ...targets.map(({ record }) => record)];
}

/** The answer as a person reads it, and the words before each {seg}. */
function withoutMarks(answer: string): { readonly text: string; readonly phrases: readonly Phrase[] } {
  const pieces = answer.split('{seg}');
  const phrases: Phrase[] = [];
  let text = '';
  let last = 0;
  pieces.forEach((piece, index) => {
    const isLast = index === pieces.length - 1;
    // The space in front of {seg} goes with it.
    text += isLast ? piece : piece.replace(/ $/u, '');
    if (isLast) return;
    phrases.push(phraseBefore(text, last));
    last = text.length;
  });
  return { text, phrases };
}
