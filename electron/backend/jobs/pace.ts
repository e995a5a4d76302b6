/** How long the items of a run take, to say when the others will be done. */
export interface Pace {
  began(key: string): void;
  /** Counts only what came to its end: a question that somebody broke off says nothing about the next. */
  ended(key: string, cameToItsEnd: boolean): void;
  /** Milliseconds that so many more items will take; null while too few are done to tell. */
  left(items: number): number | null;
}

const fewest = 3;
const remembered = 30;

/** @param concurrency items that run at the same time */
export function createPace(concurrency: number, now: () => number = () => performance.now()): Pace {
  const begins = new Map<string, number>();
  const durations: number[] = [];
  // It may have waited for a model to load.
  let isFirst = true;
  return {
    began: (key) => void begins.set(key, now()),
    ended(key, cameToItsEnd) {
      const begin = begins.get(key);
      begins.delete(key);
      if (begin === undefined || !cameToItsEnd) return;
      if (!isFirst) durations.push(now() - begin);
      isFirst = false;
      if (durations.length > remembered) durations.shift();
    },
    left(items) {
      if (durations.length < fewest) return null;
      // Without the longest: a machine that slept during one item does not make days of the others.
      const sum = durations.reduce((all, duration) => all + duration, 0) - Math.max(...durations);
      return Math.round(((sum / (durations.length - 1)) * items) / concurrency);
    },
  };
}
