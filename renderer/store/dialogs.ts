import { useStudio } from './studio.ts';
import type { Confirmation, DialogState } from './window-state.ts';

export function openDialog(dialog: DialogState): void {
  closeDialog();
  useStudio.setState({ dialog });
}

/** Closes what is open; a question left open is answered with "no". */
export function closeDialog(): void {
  const { dialog } = useStudio.getState();
  if (dialog === null) return;
  useStudio.setState({ dialog: null });
  if (dialog.kind === 'browse') dialog.request.answer(null);
  if (dialog.kind === 'confirm') dialog.question.answer(false);
}

/** Closes the open question and passes its answer on. */
export function answerDialog(answer: () => void): void {
  useStudio.setState({ dialog: null });
  answer();
}

export function confirmed(question: Omit<Confirmation, 'answer'>): Promise<boolean> {
  return new Promise((resolve) => {
    openDialog({ kind: 'confirm', question: { ...question, answer: resolve } });
  });
}
