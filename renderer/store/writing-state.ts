import type { TurnId } from '../../electron/common/document/records.ts';
import type { WrittenTurn } from '../../electron/common/muse/written-turn.ts';

/** A question and its answer that a person is writing: kept here, so that going to another image loses no word. */
export interface Writing {
  /** Null for a new turn. */
  readonly turnId: TurnId | null;
  readonly text: WrittenTurn;
}
