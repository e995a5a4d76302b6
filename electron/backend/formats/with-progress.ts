import { setTimeout } from 'node:timers/promises';
import type { Progress } from './format.ts';

/** How often a running job says how far it is. */
const newsMs = 100;

/**
 * Runs `work`, saying how far it is until it ends. When the reader of the news walks away, the work is aborted.
 *
 * @returns what the work returns; its failure is thrown
 */
export async function* withProgress<T>(
  signal: AbortSignal,
  how: { readonly news: () => Progress; readonly work: (signal: AbortSignal) => Promise<T> },
): AsyncGenerator<Progress, T> {
  const stop = new AbortController();
  const work = how.work(AbortSignal.any([signal, stop.signal]));
  let isOver = false;
  const over = work.then(
    () => void (isOver = true),
    () => void (isOver = true),
  );
  try {
    for (;;) {
      await Promise.race([over, setTimeout(newsMs, undefined, { ref: false })]);
      if (isOver) break;
      yield how.news();
    }
    yield how.news();
    return await work;
  } finally {
    stop.abort();
    await over;
  }
}
