import { AppError, toWireError } from '../errors.ts';
import type { Contract, PayloadOf, PushName } from '../messages.ts';
import { type Credit, createCredit } from './credit.ts';
import { type ClientFrame, type ServerFrame, clientFrame, creditWindow } from './frames.ts';
import type { HandlerContext, Handlers } from './handlers.ts';
import { parseInput } from './parse-input.ts';
import { inTurns } from './turns.ts';
import type { Wire } from './wire.ts';

/** One connected client, seen from the server. */
export interface Connection<C extends Contract> {
  /** A push that cannot be sent closes the connection: the client must not live on without it. */
  push<N extends PushName<C>>(name: N, payload: PayloadOf<C[N]>): void;
  /** Cancels what the client started and closes the wire. */
  close(): void;
}

/** Begun in one turn of the event loop, of one connection. */
const mostBegunAtOnce = 8;

interface RunningRequest {
  readonly controller: AbortController;
  readonly credit: Credit;
}
type RequestFrame = Extract<ClientFrame, { type: 'request' }>;
/** What the mapped type of Handlers comes to when the name is only known at run time. */
type AnyHandler = (input: unknown, context: object) => Promise<unknown> | AsyncIterable<unknown>;

/**
 * Answers the requests that arrive on the wire until it closes. A message of the wrong shape ends the
 * connection: whoever sent it is not our client.
 *
 * @param context what handlers learn of this connection, beside their `signal`
 */
export function serve<C extends Contract, X extends object>(
  contract: C,
  handlers: Handlers<C, X>,
  wire: Wire,
  context: X,
): Connection<C> {
  const running = new Map<number, RunningRequest>();

  const send = (frame: ServerFrame): void => wire.send(frame);

  const start = (frame: RequestFrame): void => {
    const controller = new AbortController();
    const request = { controller, credit: createCredit(creditWindow, controller.signal) };
    running.set(frame.id, request);
    void answer({ contract, handlers, frame, request, context, send })
      // Not even the failure could be told: this client can no longer be served, the others can.
      .catch(() => wire.close())
      .finally(() => {
        running.delete(frame.id);
      });
  };

  const turns = inTurns<ClientFrame>({
    mostPerTurn: mostBegunAtOnce,
    isCounted: ({ type }) => type === 'request',
    handle: (frame) => take(frame),
  });
  const receive = (message: unknown): void => {
    const parsed = clientFrame.safeParse(message);
    if (parsed.success) turns.take(parsed.data);
    else wire.close();
  };
  const take = (frame: ClientFrame): void => {
    if (frame.type === 'cancel') running.get(frame.id)?.controller.abort();
    else if (frame.type === 'credit') running.get(frame.id)?.credit.grant(frame.count);
    else if (running.has(frame.id)) wire.close();
    else start(frame);
  };
  const receiveOrClose = (message: unknown): void => {
    try {
      receive(message);
    } catch {
      wire.close(); // nested too deep to be looked at, and the like
    }
  };

  wire.onClose(() => {
    turns.clear();
    for (const request of running.values()) request.controller.abort();
  });
  wire.onMessage(receiveOrClose);

  return {
    push(name, payload) {
      try {
        send({ type: 'push', name, payload });
      } catch {
        wire.close();
      }
    },
    close: () => wire.close(),
  };
}

interface Answering<C extends Contract, X extends object> {
  readonly contract: C;
  readonly handlers: Handlers<C, X>;
  readonly frame: RequestFrame;
  readonly request: RunningRequest;
  readonly context: X;
  readonly send: (frame: ServerFrame) => void;
}

/** Runs one request to its end: whatever is thrown becomes the answer. Rejects only when that cannot be sent either. */
async function answer<C extends Contract, X extends object>(answering: Answering<C, X>): Promise<void> {
  const { frame, request, send } = answering;
  const { signal } = request.controller;
  try {
    await run(answering);
  } catch (thrown) {
    if (signal.aborted) return;
    const error = toWireError(thrown);
    try {
      send({ type: 'error', id: frame.id, error });
    } catch {
      // The facts could not be sent (too large, or not plain data): the code and the sentence still can.
      send({ type: 'error', id: frame.id, error: { ...error, details: {} } });
    }
  }
}

async function run<C extends Contract, X extends object>(answering: Answering<C, X>): Promise<void> {
  const { contract, handlers, frame, request, context, send } = answering;
  const { signal } = request.controller;
  const message = Object.hasOwn(contract, frame.name) ? contract[frame.name] : undefined;
  if (!message || message.kind === 'push') {
    throw new AppError('unknown-method', `The app has no method named ${frame.name}.`, {
      method: frame.name,
    });
  }
  const input = parseInput(frame.name, message.input, frame.input);
  // Holds because Handlers has one entry for each call and stream of the contract, and the input was parsed by its schema.
  const handler = handlers[frame.name as keyof Handlers<C, X>] as AnyHandler;
  const outcome = handler(input, { ...context, signal } satisfies HandlerContext<X>);

  if (message.kind === 'call') {
    const value = await outcome;
    if (!signal.aborted) send({ type: 'result', id: frame.id, value });
    return;
  }
  // Holds for the same reason: the entry of a stream returns an async iterable.
  for await (const value of outcome as AsyncIterable<unknown>) {
    await request.credit.take();
    if (signal.aborted) return;
    send({ type: 'item', id: frame.id, value });
  }
  if (!signal.aborted) send({ type: 'end', id: frame.id });
}
