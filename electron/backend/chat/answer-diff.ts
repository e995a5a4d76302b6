import { invertDiff } from '../../common/document/diff.ts';
import type { Diff, Entity, TargetRecord, TurnRecord } from '../../common/document/records.ts';
import type { ProjectStore } from '../project/project-store.ts';
import type { AnswerRecords } from './answer-draft.ts';

/** The change an answer makes, and the one that undoes it. */
export interface AnswerChange {
  readonly diff: Diff;
  readonly undo: Diff;
}

/**
 * @param replaced turns this answer takes the place of. They go with the masks the model drew for them, except those a person corrected or accepted, and those the new question refers to
 */
export function answerChange(
  store: ProjectStore,
  turn: TurnRecord,
  records: AnswerRecords,
  replaced: readonly TurnRecord[],
): AnswerChange {
  const added = [...records.categories, turn, ...records.annotations, ...records.targets];
  const diff: Diff = { added, changed: [], removed: removedWith(store, turn, replaced) };
  return { diff, undo: replaced.length > 0 ? invertDiff(diff) : undoAnswer(records) };
}

/** Takes the masks away and keeps the conversation, and any category that may be in use by now. */
function undoAnswer({ annotations, targets }: AnswerRecords): Diff {
  const changed = targets
    .filter(({ annotationId }) => annotationId !== null)
    .map((target): readonly [TargetRecord, TargetRecord] => [target, { ...target, annotationId: null }]);
  return { added: [], changed, removed: annotations };
}

function removedWith(store: ProjectStore, by: TurnRecord, turns: readonly TurnRecord[]): Entity[] {
  const meant = new Set(by.references.map(({ annotationId }) => annotationId));
  const turnIds = new Set(turns.map(({ id }) => id));
  const targets = store.all('target').filter(({ turnId }) => turnIds.has(turnId));
  const drawnIds = new Set(targets.map(({ annotationId }) => annotationId));
  const untouched = store
    .all('annotation')
    .filter(
      ({ id, source, edited, review }) =>
        drawnIds.has(id) && !meant.has(id) && source === 'model' && !edited && review !== 'accepted',
    );
  return [...targets, ...untouched, ...turns];
}
