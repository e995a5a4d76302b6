import { setImmediate } from 'node:timers/promises';

/** Longest stretch of computing before other work of the process gets its turn. */
const stretchMs = 12;

/**
 * Lets a long loop be polite: `await breathe()` at each step gives way to other work when it has been long enough,
 * and notices a cancel.
 */
export function createBreather(signal: AbortSignal): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < stretchMs) return;
    await setImmediate();
    signal.throwIfAborted();
    since = performance.now();
  };
}
