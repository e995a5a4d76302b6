import { useStudio } from './studio.ts';
import type { BrowseRequest, Confirmation, DialogState } from './window-state.ts';

export function openDialog(dialog: DialogState): void {
  closeDialog();
  useStudio.setState({ dialog });
}

export function closeDialog(): void {
  useStudio.setState({ dialog: null });
}

/**
 * Asks a question over whatever is open; the dialog beneath stays mounted, with what was typed into it.
 *
 * @returns the paths, or null when the person gave up
 */
export function askForPaths(request: Omit<BrowseRequest, 'answer'>): Promise<readonly string[] | null> {
  return new Promise((resolve) => {
    useStudio.setState({ question: { kind: 'browse', request: { ...request, answer: answering(resolve) } } });
  });
}

export function confirmed(question: Omit<Confirmation, 'answer'>): Promise<boolean> {
  return new Promise((resolve) => {
    useStudio.setState({
      question: { kind: 'confirm', confirmation: { ...question, answer: answering(resolve) } },
    });
  });
}

/** Closes the question first, so that the answer may open another. */
function answering<Answer>(resolve: (answer: Answer) => void): (answer: Answer) => void {
  return (answer) => {
    useStudio.setState({ question: null });
    resolve(answer);
  };
}
