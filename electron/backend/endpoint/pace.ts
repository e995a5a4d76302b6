import { setTimeout as sleep } from 'node:timers/promises';

/** Keeps all requests to one endpoint as far apart as it wants them. */
export interface Pace {
  /** Waits for this request's turn. @throws AbortError */
  turn(signal: AbortSignal): Promise<void>;
  /** Nobody asks again for so long: the endpoint said so. */
  hold(milliseconds: number): void;
}

export function createPace(perMinute: number | null): Pace {
  const apartMs = perMinute === null ? 0 : 60_000 / perMinute;
  let free = 0;
  return {
    async turn(signal) {
      for (;;) {
        signal.throwIfAborted();
        const now = performance.now();
        if (now >= free) {
          free = now + apartMs;
          return;
        }
        await sleep(Math.min(free - now + 1, 60_000), undefined, { signal });
      }
    },
    hold(milliseconds) {
      free = Math.max(free, performance.now() + milliseconds);
    },
  };
}
