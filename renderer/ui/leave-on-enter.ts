import type { KeyboardEvent } from 'react';

/** Enter ends typing in a field that keeps its value when it is left. */
export function leaveOnEnter(event: KeyboardEvent<HTMLInputElement>): void {
  if (event.key !== 'Enter') return;
  event.preventDefault();
  event.currentTarget.blur();
}
