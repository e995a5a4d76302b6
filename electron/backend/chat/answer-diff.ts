import { invertDiff } from '../../common/document/diff.ts';
import { withoutQuestions } from '../../common/document/removal.ts';
import type { Diff, TargetRecord, TurnRecord } from '../../common/document/records.ts';
import type { ProjectStore } from '../project/project-store.ts';
import type { AnswerRecords } from './answer-draft.ts';

/** The change an answer makes, and the one that undoes it. */
export interface AnswerChange {
  readonly diff: Diff;
  readonly undo: Diff;
}

/**
 * @param replaced turns this answer takes the place of. They go with their masks, except those that stay in use (document/removal.ts)
 */
export function answerChange(
  store: ProjectStore,
  turn: TurnRecord,
  records: AnswerRecords,
  replaced: readonly TurnRecord[],
): AnswerChange {
  const added = [...records.categories, turn, ...records.annotations, ...records.targets];
  const diff: Diff = { ...withoutQuestions(store.document, replaced, turn.references), added };
  return { diff, undo: replaced.length > 0 ? invertDiff(diff) : undoAnswer(records) };
}

/** Takes the masks away and keeps the conversation, and any category that may be in use by now. */
function undoAnswer({ annotations, targets }: AnswerRecords): Diff {
  const changed = targets
    .filter(({ annotationId }) => annotationId !== null)
    .map((target): readonly [TargetRecord, TargetRecord] => [target, { ...target, annotationId: null }]);
  return { added: [], changed, removed: annotations };
}
