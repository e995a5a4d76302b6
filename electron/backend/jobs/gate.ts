/** Lets workers through while it is open; those who come while it is shut wait. */
export interface Gate {
  readonly isOpen: boolean;
  open(): void;
  shut(): void;
  /** Waits as long as the gate is shut. @throws AbortError when the signal aborts meanwhile */
  pass(signal: AbortSignal): Promise<void>;
}

export function createGate(): Gate {
  let isOpen = true;
  const waiting = new Set<() => void>();
  return {
    get isOpen() {
      return isOpen;
    },
    open() {
      isOpen = true;
      for (const wake of [...waiting]) wake();
    },
    shut() {
      isOpen = false;
    },
    async pass(signal) {
      while (!isOpen && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            waiting.delete(wake);
            signal.removeEventListener('abort', wake);
            resolve();
          };
          waiting.add(wake);
          signal.addEventListener('abort', wake);
        });
      }
      signal.throwIfAborted();
    },
  };
}
