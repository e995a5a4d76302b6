import type { ImageId, TurnRecord } from '../../common/document/records.ts';
import { byOrder } from '../../common/document/order.ts';
import { toldQuestion } from '../../common/document/references.ts';
import type { ProjectStore } from '../project/project-store.ts';

/** The turns about an image, oldest first. */
export function conversationOf(store: ProjectStore, imageId: ImageId): TurnRecord[] {
  return store
    .all('turn')
    .filter((turn) => turn.imageId === imageId)
    .sort(byOrder);
}

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
