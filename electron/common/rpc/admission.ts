import { z } from 'zod';
import type { Wire } from './wire.ts';
import { createWireEvents } from './wire-events.ts';

/**
 * The first message of a WebSocket says the launch's secret, the first answer that it was taken. A cookie alone does not do: browsers
 * send it to every port of a host, and so to every program of this machine that can listen on one.
 */
const admissionFrame = z.object({ type: z.literal('admit'), secret: z.string().max(128) });
const admittedFrame = z.object({ type: z.literal('admitted') });

/** WebSocket close code for a secret that is not this launch's. */
export const statusNotAdmitted = 4401;

/** The page's side: the wire on which everything else goes, once the door has taken the secret. Waits for ever where the wire closes. */
export async function askAdmission(wire: Wire, secret: string): Promise<Wire> {
  const { first, rest } = takeFirst(wire);
  wire.send({ type: 'admit', secret } satisfies z.infer<typeof admissionFrame>);
  if (!admittedFrame.safeParse(await first).success) wire.close();
  return rest;
}

/** The door's side: the wire of a client that said the right secret. Calls `refuse` where the first message is any other. */
export async function grantAdmission(
  wire: Wire,
  { accepts, refuse }: { accepts: (secret: string) => boolean; refuse: () => void },
): Promise<Wire | null> {
  const { first, rest } = takeFirst(wire);
  const parsed = admissionFrame.safeParse(await first);
  if (!parsed.success || !accepts(parsed.data.secret)) {
    refuse();
    return null;
  }
  wire.send({ type: 'admitted' } satisfies z.infer<typeof admittedFrame>);
  return rest;
}

/** The first message by itself, and the wire that carries what follows it. */
function takeFirst(wire: Wire): { readonly first: Promise<unknown>; readonly rest: Wire } {
  const events = createWireEvents();
  const first = new Promise<unknown>((resolve) => {
    let isFirst = true;
    wire.onMessage((message) => {
      if (!isFirst) return events.receive(message);
      isFirst = false;
      resolve(message);
    });
  });
  wire.onClose(() => events.close());
  const rest: Wire = {
    send: (message) => wire.send(message),
    onMessage: events.onMessage,
    onClose: events.onClose,
    close: () => wire.close(),
  };
  return { first, rest };
}
