import type { z } from 'zod';

/** The three kinds of message a contract lists. The schemas are the only source of the types. */
export interface Call<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly kind: 'call';
  readonly input: Input;
  readonly output: Output;
}
/** Items flow until the handler returns; breaking off or aborting stops the handler. */
export interface Stream<Input extends z.ZodType = z.ZodType, Item extends z.ZodType = z.ZodType> {
  readonly kind: 'stream';
  readonly input: Input;
  readonly item: Item;
}
/** Sent by the backend to every connected window. */
export interface Push<Payload extends z.ZodType = z.ZodType> {
  readonly kind: 'push';
  readonly payload: Payload;
}
export type Contract = Readonly<Record<string, Call | Stream | Push>>;

export function call<Input extends z.ZodType, Output extends z.ZodType>(
  input: Input,
  output: Output,
): Call<Input, Output> {
  return { kind: 'call', input, output };
}
export function stream<Input extends z.ZodType, Item extends z.ZodType>(
  input: Input,
  item: Item,
): Stream<Input, Item> {
  return { kind: 'stream', input, item };
}
export function push<Payload extends z.ZodType>(payload: Payload): Push<Payload> {
  return { kind: 'push', payload };
}

type NamesOf<C extends Contract, Kind> = { [N in keyof C]: C[N] extends Kind ? N : never }[keyof C] & string;
export type CallName<C extends Contract> = NamesOf<C, Call>;
export type StreamName<C extends Contract> = NamesOf<C, Stream>;
export type PushName<C extends Contract> = NamesOf<C, Push>;

/** What the caller passes (before defaults) and what the handler gets (after parsing). */
export type InputOf<M> = M extends { readonly input: infer I extends z.ZodType } ? z.input<I> : never;
export type ParsedInputOf<M> = M extends { readonly input: infer I extends z.ZodType } ? z.output<I> : never;
export type OutputOf<M> = M extends Call<z.ZodType, infer O> ? z.output<O> : never;
export type ItemOf<M> = M extends Stream<z.ZodType, infer I> ? z.output<I> : never;
export type PayloadOf<M> = M extends Push<infer P> ? z.output<P> : never;
