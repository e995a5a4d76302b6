import { setImmediate } from 'node:timers/promises';

/** Longest stretch of computing before other work of the process gets its turn, unless stated. */
const usualStretchMs = 12;

/**
 * Lets a long loop be polite: `await breathe()` at each step gives way to other work when it has been long enough,
 * and notices a cancel.
 *
 * @param signal null for what nobody cancels
 */
export function createBreather(signal: AbortSignal | null, stretchMs = usualStretchMs): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < stretchMs) return;
    await setImmediate();
    signal?.throwIfAborted();
    since = performance.now();
  };
}
