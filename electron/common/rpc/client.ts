import { AppError, assert } from '../errors.ts';
import type {
  CallName,
  Contract,
  InputOf,
  ItemOf,
  OutputOf,
  PayloadOf,
  PushName,
  StreamName,
} from '../messages.ts';
import { creditWindow, serverFrame } from './frames.ts';
import { createInbox } from './inbox.ts';
import { type Requests, createRequests } from './requests.ts';
import type { Wire } from './wire.ts';

export interface RequestOptions {
  /** Aborting tells the server and rejects at once with AppError 'cancelled'. */
  readonly signal?: AbortSignal | undefined;
}

/** The contract, as functions. Failures are AppErrors; a lost connection is 'connection-closed'. */
export interface Client<C extends Contract> {
  call<N extends CallName<C>>(
    name: N,
    input: InputOf<C[N]>,
    options?: RequestOptions,
  ): Promise<OutputOf<C[N]>>;
  /** Starts with the first `next`; leaving the loop cancels. To stop a waiting `next`, abort the signal. */
  stream<N extends StreamName<C>>(
    name: N,
    input: InputOf<C[N]>,
    options?: RequestOptions,
  ): AsyncIterableIterator<ItemOf<C[N]>>;
  /** @returns a function that stops listening */
  on<N extends PushName<C>>(name: N, listener: (payload: PayloadOf<C[N]>) => void): () => void;
  onClose(listener: () => void): void;
  close(): void;
}

export function createClient<C extends Contract>(contract: C, wire: Wire): Client<C> {
  const requests = createRequests(wire);
  const listeners = new Map<string, Set<(payload: never) => void>>();

  wire.onClose(() =>
    requests.failAll(new AppError('connection-closed', 'The connection to the app was closed.')),
  );
  wire.onMessage((message) => {
    const parsed = serverFrame.safeParse(message);
    if (!parsed.success) return wire.close();
    const frame = parsed.data;
    if (frame.type !== 'push') return requests.receive(frame);
    for (const listener of listeners.get(frame.name) ?? []) {
      // Holds because `on` files each listener under the name of the push it was typed for.
      (listener as (payload: unknown) => void)(frame.payload);
    }
  });

  return {
    call(name, input, options) {
      assert(contract[name]?.kind === 'call', `${name} is a call of the contract`);
      return new Promise((resolve, reject) => {
        requests.start(name, input, options?.signal, {
          // Holds because the handler's type is the schema's; a Promise resolves to what its type says.
          result: (value) => resolve(value as OutputOf<C[typeof name]>),
          item: () => undefined,
          end: () => reject(new AppError('bad-message', `${name} ended without an answer.`)),
          fail: reject,
        });
      });
    },
    stream(name, input, options) {
      assert(contract[name]?.kind === 'stream', `${name} is a stream of the contract`);
      // Holds for the same reason as the result of a call.
      return readStream(requests, name, input, options?.signal) as AsyncIterableIterator<
        ItemOf<C[typeof name]>
      >;
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      return () => set.delete(listener);
    },
    onClose: (listener) => wire.onClose(listener),
    close: () => wire.close(),
  };
}

async function* readStream(
  requests: Requests,
  name: string,
  input: unknown,
  signal: AbortSignal | undefined,
): AsyncGenerator<unknown, void> {
  const inbox = createInbox();
  const request = requests.start(name, input, signal, {
    result: () => inbox.fail(new AppError('bad-message', `${name} answered like a call.`)),
    item: (value) => inbox.add(value),
    end: () => inbox.end(),
    fail: (error, cancelled) => (cancelled ? inbox.abandon(error) : inbox.fail(error)),
  });
  let taken = 0;
  try {
    for (let next = await inbox.take(); next; next = await inbox.take()) {
      yield next.item;
      taken += 1;
      if (taken === creditWindow / 2) {
        request.grant(taken);
        taken = 0;
      }
    }
  } finally {
    request.cancel();
  }
}
