import type { TurnRecord } from '../../common/document/records.ts';
import { toldQuestion } from '../../common/document/references.ts';

/**
 * What the model is told of the conversation: finished answers, word for word as it gave them. Stopped and failed turns are left out, since the
 * model never said their end.
 *
 * @param mostTurns as many as the model was trained to follow, the latest ones; null for all
 */
export function historyFor(
  turns: readonly TurnRecord[],
  mostTurns: number | null,
): { readonly question: string; readonly answer: string }[] {
  const told = turns.flatMap((turn) =>
    turn.rawAnswer !== null && (turn.outcome === 'answered' || turn.outcome === 'limit')
      ? [{ question: toldQuestion(turn), answer: turn.rawAnswer }]
      : [],
  );
  return mostTurns === null ? told : told.slice(Math.max(0, told.length - mostTurns));
}
