import type {
  AnnotationRecord,
  Entity,
  ImageRecord,
  TargetId,
  TurnId,
  TurnRecord,
} from '../../common/document/records.ts';
import { assert } from '../../common/errors.ts';
import type { WholeSnapshot } from '../../common/whole-snapshot.ts';

/** One answered question as the command line shows it. */
export interface AnsweredImage {
  readonly image: ImageRecord;
  readonly text: string;
  readonly outcome: TurnRecord['outcome'];
  readonly error: TurnRecord['error'];
  readonly notes: readonly string[];
  readonly model: TurnRecord['model'];
  /** In the order the answer names them. */
  readonly targets: readonly AnsweredTarget[];
}
export interface AnsweredTarget {
  readonly id: TargetId;
  readonly phrase: string;
  /** Null when the model named it and drew nothing. */
  readonly annotation: AnnotationRecord | null;
}

/** Gathers the records of one turn. */
export function answerOf(snapshot: WholeSnapshot, turnId: TurnId): AnsweredImage {
  const { entities } = snapshot;
  const turn = entities.find(
    (entity): entity is TurnRecord => entity.kind === 'turn' && entity.id === turnId,
  );
  assert(turn, 'the turn was stored before its stream ended');
  const image = entities.find(
    (entity): entity is ImageRecord => entity.kind === 'image' && entity.id === turn.imageId,
  );
  assert(image, 'a turn belongs to an image of its project');
  return {
    image,
    text: (turn.answer ?? []).map((part) => part.text).join(''),
    outcome: turn.outcome,
    error: turn.error,
    notes: turn.notes,
    model: turn.model,
    targets: targetsOf(entities, turnId),
  };
}

function targetsOf(entities: readonly Entity[], turnId: TurnId): AnsweredTarget[] {
  const annotations = new Map(
    entities
      .filter((entity) => entity.kind === 'annotation')
      .map((annotation) => [annotation.id, annotation]),
  );
  return entities
    .filter((entity) => entity.kind === 'target')
    .filter((target) => target.turnId === turnId)
    .toSorted((a, b) => a.index - b.index)
    .map(({ id, phrase, annotationId }) => ({
      id,
      phrase,
      annotation: annotationId === null ? null : (annotations.get(annotationId) ?? null),
    }));
}
