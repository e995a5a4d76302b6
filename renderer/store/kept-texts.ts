import { useState } from 'react';

/** What was typed into a dialog and not sent, by what it was about: Escape closes a dialog, and must not cost what stands in it. */
const kept = new Map<string, string>();

/**
 * A text that is typed: there again when its dialog is opened once more, until it is emptied.
 *
 * @param about  what it belongs to, as "comment <id>"
 */
export function useKeptText(about: string): readonly [string, (text: string) => void] {
  const [text, setText] = useState(() => keptText(about));
  const type = (next: string): void => {
    setText(next);
    keepText(about, next);
  };
  return [text, type];
}

/** What was typed about it and neither sent nor emptied. */
export function keptText(about: string): string {
  return kept.get(about) ?? '';
}

export function keepText(about: string, text: string): void {
  if (text === '') kept.delete(about);
  else kept.set(about, text);
}
