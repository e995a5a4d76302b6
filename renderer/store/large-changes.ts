import type { ProjectChanged } from '../../electron/common/contract.ts';
import { emptyDiff, squashDiffs } from '../../electron/common/document/diff.ts';
import { joinedParts } from '../../electron/common/document/record-parts.ts';
import type { Diff } from '../../electron/common/document/records.ts';
import { backend } from './client.ts';

/** How long a window waits before it comes for a large change: what follows in the same step is then taken along. */
const gatheringMs = 200;

/** The changes at the front of the list that are large and one step, which are taken as one. */
export function largeAtFront(waiting: readonly ProjectChanged[]): readonly ProjectChanged[] {
  const [first] = waiting;
  const end = waiting.findIndex(({ large, step }) => large === undefined || step !== first?.step);
  return first?.step === undefined ? waiting.slice(0, 1) : waiting.slice(0, end === -1 ? undefined : end);
}

export function gathered(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, gatheringMs));
}

/** Fetches the records of these changes, in their order, as one. @throws AppError 'unknown-record' when they are not at hand any more */
export async function fetchLarge(changes: readonly ProjectChanged[]): Promise<Diff> {
  const parts: Diff[] = [];
  for (const { revision } of changes)
    for await (const part of backend().stream('project.largeChange', { revision })) parts.push(part);
  // Most only add: put end to end. Anything else may name a record twice.
  if (parts.every(({ changed, removed }) => changed.length + removed.length === 0)) return joinedParts(parts);
  return parts.reduce(squashDiffs, emptyDiff);
}
