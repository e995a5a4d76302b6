import { newTurn } from '../../common/document/new-records.ts';
import type { ImageId, TargetId, TargetRecord, TurnId, TurnRecord } from '../../common/document/records.ts';
import type { MuseItem } from '../../common/muse/muse-rules.ts';
import { writtenAnswer } from '../../common/muse/written-turn.ts';
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
  const written = {
    answer: item.answer,
    targets: instances.map(({ annotation }, index) => ({
      annotationId: annotation.id,
      description: item.targets[index]?.description ?? '',
    })),
  };
  // Ids are branded strings.
  const { parts, targets } = writtenAnswer(
    turnId,
    written,
    (_, index) => derivedId(turnId, String(index)) as TargetId,
  );
  const turn = newTurn({
    id: turnId,
    imageId: facts.imageId,
    order: facts.order,
    question: item.question,
    answer: parts,
    outcome: 'answered',
    draft: true,
    model: { name: facts.model, precision: '', provider: 'endpoint' },
    createdAt: facts.now,
  });
  return [turn, ...targets];
}
