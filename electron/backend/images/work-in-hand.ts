import { setTimeout } from 'node:timers/promises';

/** What is being made for somebody who looks at it, so that others can wait for that. */
export interface WorkInHand {
  note<T>(work: Promise<T>): Promise<T>;
  /** Resolves once nothing is in hand, or when so many milliseconds have passed; never rejects. */
  done(mostMs: number): Promise<void>;
}

export function workInHand(): WorkInHand {
  const inHand = new Set<Promise<unknown>>();
  return {
    async note(work) {
      inHand.add(work);
      try {
        return await work;
      } finally {
        inHand.delete(work);
      }
    },
    async done(mostMs) {
      const end = performance.now() + mostMs;
      while (inHand.size > 0 && performance.now() < end) {
        const patience = new AbortController();
        const { signal } = patience;
        const timeout = setTimeout(end - performance.now(), undefined, { signal }).catch(() => undefined);
        await Promise.race([timeout, Promise.allSettled(inHand)]);
        patience.abort();
      }
    },
  };
}
