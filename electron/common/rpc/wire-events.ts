/** What every wire needs around its transport: listeners, messages kept for the first one, one single close. */
export interface WireEvents {
  readonly isClosed: boolean;
  receive(message: unknown): void;
  close(): void;
  readonly onMessage: (listener: (message: unknown) => void) => void;
  readonly onClose: (listener: () => void) => void;
}

export function createWireEvents(): WireEvents {
  const messageListeners: ((message: unknown) => void)[] = [];
  const closeListeners: (() => void)[] = [];
  let early: unknown[] = [];
  let isClosed = false;

  return {
    get isClosed() {
      return isClosed;
    },
    receive(message) {
      if (isClosed) return;
      if (messageListeners.length === 0) early.push(message);
      for (const listener of messageListeners) listener(message);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      early = [];
      for (const listener of closeListeners) listener();
    },
    onMessage(listener) {
      messageListeners.push(listener);
      for (const message of early.splice(0)) listener(message);
    },
    onClose(listener) {
      if (isClosed) listener();
      else closeListeners.push(listener);
    },
  };
}
