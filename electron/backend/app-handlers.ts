import type { AppContract } from '../common/contract.ts';
import type { Handlers } from '../common/rpc/handlers.ts';
import type { Caller } from './backend.ts';

/** All handlers of the app; each room gives its part of them. */
export type AppHandlers = Handlers<AppContract, Caller>;
export type HandlersOf<Prefix extends string> = Pick<
  AppHandlers,
  Extract<keyof AppHandlers, `${Prefix}.${string}`>
>;
