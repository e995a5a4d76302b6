import type { TurnRecord } from '../../common/document/records.ts';
import { toldQuestion } from '../../common/document/references.ts';
import type { ModelCard } from '../models/model-card.ts';
import { asTaught } from './as-taught.ts';
import { isFinished } from '../../common/document/finished.ts';

/**
 * What the model is told of the conversation: finished answers, word for word as it gave them. Stopped and failed turns are left out, since the
 * model never said their end.
 *
 * @param card of the model, whose questions are put as it was taught
 * @param mostTurns as many as the model was trained to follow, the latest ones; null for all
 */
export function historyFor(
  turns: readonly TurnRecord[],
  mostTurns: number | null,
  card: ModelCard | null,
): { readonly question: string; readonly answer: string }[] {
  const told = turns.flatMap((turn) =>
    turn.rawAnswer !== null && isFinished(turn)
      ? [{ question: asTaught(toldQuestion(turn), card), answer: turn.rawAnswer }]
      : [],
  );
  return mostTurns === null ? told : told.slice(Math.max(0, told.length - mostTurns));
}
