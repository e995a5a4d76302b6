import { invertDiff } from '../../common/document/diff.ts';
import { withoutQuestions } from '../../common/document/removal.ts';
import type { Diff, TurnRecord } from '../../common/document/records.ts';
import type { ProjectStore } from '../project/project-store.ts';
import type { AnswerRecords } from './answer-draft.ts';

/** The change a question and its answer make, and the one that takes both back: never half of them. */
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
  // Categories stay: someone may use them by now.
  const undo = { ...invertDiff(diff), removed: added.filter(({ kind }) => kind !== 'category') };
  return { diff, undo };
}
