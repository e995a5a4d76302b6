import type { ProjectChanged, Snapshot } from '../../electron/common/contract.ts';
import { type WholeSnapshot, wholeSnapshot } from '../../electron/common/whole-snapshot.ts';
import { backend } from './client.ts';
import { holdChanges } from './held-changes.ts';

/** Takes in changes of the project that is shown; follow.ts brings it. */
let takeIn: (changes: readonly ProjectChanged[]) => void = () => undefined;

export function onHeldChanges(listener: (changes: readonly ProjectChanged[]) => void): void {
  takeIn = listener;
}

/** Hands a project with all of its records to `show`, and what was changed while they travelled to whoever follows the backend. */
export async function readProject(told: Snapshot, show: (whole: WholeSnapshot) => void): Promise<void> {
  const { rest, ...whole } = told;
  if (rest === undefined) return show(whole);
  const release = holdChanges();
  let held: readonly ProjectChanged[] = [];
  try {
    show(await wholeSnapshot(backend(), told));
  } finally {
    held = release();
  }
  takeIn(held);
}
