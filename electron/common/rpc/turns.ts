// Everywhere there, with a result whose type differs from place to place and is not used here.
const { setTimeout } = globalThis as unknown as {
  setTimeout(task: () => void, milliseconds: number): unknown;
};

/** Items that are handled in their order, so many in one turn of the event loop. */
export interface Turns<T> {
  /** Handles it now, or in a later turn where this one has had its share. */
  take(item: T): void;
  /** Lets go of what waits. */
  clear(): void;
}

/**
 * Shares the event loop: thousands of requests that arrive in one piece would otherwise all be begun before anybody else is heard, each with
 * its own write to the disk.
 *
 * @param isCounted which items use the share up; the others only keep their place
 */
export function inTurns<T>({
  mostPerTurn,
  isCounted,
  handle,
}: {
  readonly mostPerTurn: number;
  readonly isCounted: (item: T) => boolean;
  readonly handle: (item: T) => void;
}): Turns<T> {
  let waiting: T[] = [];
  let taken = 0;
  let isDue = false;

  const giveWay = (): void => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      taken = 0;
      const standing = waiting;
      waiting = [];
      for (const item of standing) take(item);
    }, 0);
  };
  const take = (item: T): void => {
    const counts = isCounted(item);
    if (waiting.length > 0 || (counts && taken >= mostPerTurn)) {
      waiting.push(item);
      return;
    }
    if (counts) {
      taken += 1;
      giveWay();
    }
    handle(item);
  };

  return {
    take,
    clear() {
      waiting = [];
    },
  };
}
