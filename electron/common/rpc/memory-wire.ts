import { compactBytes } from './compact-bytes.ts';
import type { Wire } from './wire.ts';
import { type WireEvents, createWireEvents } from './wire-events.ts';

/**
 * Two ends of a wire inside one process: for the command line and for tests. Messages are cloned and
 * arrive later, as they would from another process, so that neither side can lean on shared objects.
 */
export function memoryWirePair(): readonly [Wire, Wire] {
  const left = createWireEvents();
  const right = createWireEvents();
  return [wireBetween(left, right), wireBetween(right, left)];
}

function wireBetween(own: WireEvents, far: WireEvents): Wire {
  return {
    send(message) {
      if (own.isClosed) return;
      const copy: unknown = structuredClone(compactBytes(message));
      queueMicrotask(() => far.receive(copy));
    },
    onMessage: own.onMessage,
    onClose: own.onClose,
    close() {
      own.close();
      queueMicrotask(() => far.close());
    },
  };
}
