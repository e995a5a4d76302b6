import { compactBytes } from './compact-bytes.ts';
import type { Wire } from './wire.ts';
import { createWireEvents } from './wire-events.ts';

type PortListener = (event: { readonly data: unknown }) => void;

/** The common part of the page's and Node's MessagePort. */
interface EventTargetPort {
  postMessage(message: unknown): void;
  start?(): void;
  close(): void;
  addEventListener(type: 'message' | 'messageerror' | 'close', listener: PortListener): void;
}
/** Electron's MessagePortMain, which is an event emitter. */
interface EmitterPort {
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
  on(type: 'message', listener: PortListener): unknown;
  on(type: 'close', listener: () => void): unknown;
}
export type PortLike = EventTargetPort | EmitterPort;

/** A wire over a message port; structured clone carries the bytes. */
export function portWire(port: PortLike): Wire {
  const events = createWireEvents();
  const close = (): void => {
    if (events.isClosed) return;
    events.close();
    port.close();
  };
  const receive: PortListener = (event) => events.receive(event.data);
  if ('addEventListener' in port) {
    port.addEventListener('message', receive);
    port.addEventListener('messageerror', close);
    port.addEventListener('close', close);
  } else {
    port.on('message', receive);
    port.on('close', close);
  }
  port.start?.();

  return {
    send(message) {
      if (!events.isClosed) port.postMessage(compactBytes(message));
    },
    onMessage: events.onMessage,
    onClose: events.onClose,
    close,
  };
}
