import type { ProjectChanged } from '../../electron/common/contract.ts';

/**
 * What is told while a large project is being read, which takes many messages: its records are as they stood when the reading began, and what
 * was changed since then has to be taken in once they are shown.
 */
const holds = new Set<ProjectChanged[]>();

/** Every change told goes through here first. */
export function noteChange(change: ProjectChanged): void {
  for (const held of holds) held.push(change);
}

/** Starts to hold; what is returned ends that and tells what came. */
export function holdChanges(): () => readonly ProjectChanged[] {
  const held: ProjectChanged[] = [];
  holds.add(held);
  return () => {
    holds.delete(held);
    return held;
  };
}
