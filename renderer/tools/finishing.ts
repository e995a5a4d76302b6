/**
 * Shapes that were let go of and are still being made into pixels. Who draws goes on at once; what would take the project away waits for them
 * (actions/project-actions.ts).
 */
const underWay = new Set<Promise<unknown>>();

/** Counts work whose end changes the document. */
export function finishing(work: Promise<unknown>): void {
  underWay.add(work);
  const over = (): void => void underWay.delete(work);
  work.then(over, over);
}

/** Resolves once everything that was drawn is in the document, or has said why it is not. */
export async function whenFinished(): Promise<void> {
  while (underWay.size > 0) await Promise.allSettled(underWay);
}

export function isFinishing(): boolean {
  return underWay.size > 0;
}
