/** A place in the line: one at a time is served, in the order they came. */
export interface Ticket {
  /** Yields how many are in front whenever that changes, and ends when it is this one's turn. @throws the signal's reason */
  wait(signal: AbortSignal): AsyncGenerator<number, void>;
  /** Gives the place up; may be called more than once. */
  leave(): void;
}

export interface WaitingLine {
  join(): Ticket;
  /** Those served or waiting. */
  readonly length: number;
}

export function createWaitingLine(onChange: () => void): WaitingLine {
  const tickets: { wake: () => void }[] = [];
  return {
    get length() {
      return tickets.length;
    },
    join() {
      const own = { wake: () => undefined as void };
      tickets.push(own);
      onChange();
      return {
        async *wait(signal) {
          let told = -1;
          for (;;) {
            signal.throwIfAborted();
            const inFront = tickets.indexOf(own);
            if (inFront <= 0) return;
            if (inFront !== told) yield inFront;
            told = inFront;
            if (tickets.indexOf(own) === inFront) await changed(own, signal);
          }
        },
        leave() {
          const at = tickets.indexOf(own);
          if (at < 0) return;
          tickets.splice(at, 1);
          for (const ticket of tickets) ticket.wake();
          onChange();
        },
      };
    },
  };
}

async function changed(ticket: { wake: () => void }, signal: AbortSignal): Promise<void> {
  // An abort that has happened already tells no listener.
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    ticket.wake = resolve;
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
