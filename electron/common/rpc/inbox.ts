/** Items of one stream between their arrival and the loop that reads them. */
export interface Inbox {
  add(item: unknown): void;
  end(): void;
  /** Items that arrived before the failure are still handed out. */
  fail(error: Error): void;
  /** Fails at once and drops what was not read. */
  abandon(error: Error): void;
  /** The next item, or null at the end of the stream. */
  take(): Promise<{ readonly item: unknown } | null>;
}

export function createInbox(): Inbox {
  let items: unknown[] = [];
  let outcome: { readonly error: Error | null } | null = null;
  let wake: (() => void) | null = null;

  const settle = (error: Error | null): void => {
    outcome ??= { error };
    wake?.();
  };
  return {
    add(item) {
      items.push(item);
      wake?.();
    },
    end: () => settle(null),
    fail: settle,
    abandon(error) {
      items = [];
      settle(error);
    },
    async take() {
      while (items.length === 0) {
        if (outcome?.error) throw outcome.error;
        if (outcome) return null;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return { item: items.shift() };
    },
  };
}
