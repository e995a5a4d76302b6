/** Permission to send items of one stream: the back pressure. */
export interface Credit {
  grant(count: number): void;
  /** Waits for the permission to send one item; returns early, without it, once the signal aborts. */
  take(): Promise<void>;
}

export function createCredit(initial: number, signal: AbortSignal): Credit {
  let available = initial;
  let wake: (() => void) | null = null;
  signal.addEventListener('abort', () => wake?.(), { once: true });

  return {
    grant(count) {
      available += count;
      wake?.();
    },
    async take() {
      while (available === 0 && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      available -= 1;
    },
  };
}
