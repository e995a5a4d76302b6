import type { TurnRecord } from '../../electron/common/document/records.ts';
import { ask, deleteTurn } from '../store/chat.ts';
import type { Draft } from '../store/draft.ts';
import { confirmed } from '../store/dialogs.ts';
import { turnsOf } from '../../electron/common/document/views.ts';
import { useStudio } from '../store/studio.ts';
import { reporting } from '../store/toasts.ts';
import { counted } from '../ui/format.ts';

/** How many questions come after this one: they were answered knowing it, so they go when it is asked again. */
export function laterTurns(turn: TurnRecord): number {
  const turns = turnsOf(useStudio.getState().document, turn.imageId);
  return turns.length - 1 - turns.findIndex(({ id }) => id === turn.id);
}

/** Asks a question again, as it was or edited, after making sure that what follows may go. */
export function repeatQuestion(
  turn: TurnRecord,
  draft: Draft = { text: turn.question, references: turn.references },
): void {
  reporting('The question was not asked again', async () => {
    const later = laterTurns(turn);
    const isSure =
      later === 0 ||
      (await confirmed({
        title: 'Ask this question again?',
        text: `The ${counted(later, 'question')} after it will be removed, because they were answered knowing this one.`,
        confirm: 'Ask again',
        danger: false,
      }));
    const { text: question, references } = draft;
    if (isSure) await ask({ imageId: turn.imageId, question, references, replaceTurnId: turn.id });
  });
}

export function removeQuestion(turn: TurnRecord): void {
  reporting('The question was not deleted', () => deleteTurn(turn));
}
