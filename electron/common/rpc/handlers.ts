import type {
  Call,
  CallName,
  Contract,
  ItemOf,
  OutputOf,
  ParsedInputOf,
  Stream,
  StreamName,
} from '../messages.ts';

/** Who asked, and whether they still want the answer. X is what the door knows of the connection. */
export type HandlerContext<X extends object> = X & {
  /** Aborts when the caller cancels, breaks off a stream, or its connection ends. */
  readonly signal: AbortSignal;
};

/** One function for each call and stream of a contract. Inputs have been parsed. */
export type Handlers<C extends Contract, X extends object = object> = {
  readonly [N in CallName<C> | StreamName<C>]: C[N] extends Call
    ? (input: ParsedInputOf<C[N]>, context: HandlerContext<X>) => Promise<OutputOf<C[N]>>
    : C[N] extends Stream
      ? (input: ParsedInputOf<C[N]>, context: HandlerContext<X>) => AsyncIterable<ItemOf<C[N]>>
      : never;
};
