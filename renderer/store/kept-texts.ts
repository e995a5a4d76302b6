import { useState } from 'react';

/** What was typed into a dialog and not sent, by what it was about: Escape closes a dialog, and must not cost what stands in it. */
const kept = new Map<string, string>();

/**
 * A text that is typed: there again when its dialog is opened once more, until it is emptied.
 *
 * @param about  what it belongs to, as "comment <id>"
 */
export function useKeptText(about: string): readonly [string, (text: string) => void] {
  const [text, setText] = useState(kept.get(about) ?? '');
  const type = (next: string): void => {
    setText(next);
    if (next === '') kept.delete(about);
    else kept.set(about, next);
  };
  return [text, type];
}
