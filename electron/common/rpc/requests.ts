import { AppError, fromWireError } from '../errors.ts';
import type { ClientFrame, ServerFrame } from './frames.ts';
import type { Wire } from './wire.ts';

/** What a request wants to hear. */
export interface Receiver {
  result(value: unknown): void;
  item(value: unknown): void;
  end(): void;
  /** `cancelled` when this side gave up, so that nothing that is under way matters any more. */
  fail(error: AppError, cancelled: boolean): void;
}
export interface PendingRequest {
  grant(count: number): void;
  /** Does nothing when the request is over. */
  cancel(): void;
}

export interface Requests {
  start(name: string, input: unknown, signal: AbortSignal | undefined, receiver: Receiver): PendingRequest;
  receive(frame: Exclude<ServerFrame, { type: 'push' }>): void;
  failAll(error: AppError): void;
}

/** The requests under way on one wire, by id. */
export function createRequests(wire: Wire): Requests {
  const pending = new Map<number, { readonly receiver: Receiver; release(): void }>();
  let lastId = 0;
  let lost: AppError | null = null;

  const send = (frame: ClientFrame): void => wire.send(frame);
  const settle = (id: number): void => {
    pending.get(id)?.release();
    pending.delete(id);
  };

  return {
    start(name, input, signal, receiver) {
      const over = lost ?? (signal?.aborted ? cancelled() : null);
      if (over) {
        receiver.fail(over, true);
        return { grant: () => undefined, cancel: () => undefined };
      }
      lastId += 1;
      const id = lastId;
      const cancel = (): void => {
        if (!pending.has(id)) return;
        settle(id);
        send({ type: 'cancel', id });
      };
      const abort = (): void => {
        cancel();
        receiver.fail(cancelled(), true);
      };
      signal?.addEventListener('abort', abort, { once: true });
      pending.set(id, { receiver, release: () => signal?.removeEventListener('abort', abort) });
      try {
        send({ type: 'request', id, name, input });
      } catch (thrown) {
        settle(id);
        throw thrown;
      }
      return {
        cancel,
        grant(count) {
          if (pending.has(id)) send({ type: 'credit', id, count });
        },
      };
    },
    receive(frame) {
      const receiver = pending.get(frame.id)?.receiver;
      if (!receiver) return; // an answer that crossed its own cancellation
      if (frame.type === 'item') return receiver.item(frame.value);
      settle(frame.id);
      if (frame.type === 'result') receiver.result(frame.value);
      else if (frame.type === 'end') receiver.end();
      else receiver.fail(fromWireError(frame.error), false);
    },
    failAll(error) {
      lost = error;
      for (const [id, { receiver }] of pending) {
        settle(id);
        receiver.fail(error, false);
      }
    },
  };
}

function cancelled(): AppError {
  return new AppError('cancelled', 'Cancelled.');
}
