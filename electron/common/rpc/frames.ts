import { z } from 'zod';
import { wireErrorSchema } from '../wire-error.ts';

/**
 * What travels on a wire. A request is a call or a stream; its id is chosen by the client and counts up.
 *
 *   client -> server   request, cancel, credit
 *   server -> client   result | error for a call; item*, then end | error for a stream; push at any time
 */
const id = z.int().min(1);

/** Of a method: far beyond the contract's longest. */
const longestName = 128;

export const clientFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('request'), id, name: z.string().max(longestName), input: z.unknown() }),
  /** The client has forgotten this request; nothing more is sent for it. */
  z.object({ type: z.literal('cancel'), id }),
  /** The client took `count` more items of a stream. */
  z.object({ type: z.literal('credit'), id, count: z.int().min(1).max(1024) }),
]);
export type ClientFrame = z.infer<typeof clientFrame>;

export const serverFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('result'), id, value: z.unknown() }),
  z.object({ type: z.literal('error'), id, error: wireErrorSchema }),
  z.object({ type: z.literal('item'), id, value: z.unknown() }),
  z.object({ type: z.literal('end'), id }),
  z.object({ type: z.literal('push'), name: z.string(), payload: z.unknown() }),
]);
export type ServerFrame = z.infer<typeof serverFrame>;

/** Items of one stream that may be under way before the client has taken any. */
export const creditWindow = 32;
