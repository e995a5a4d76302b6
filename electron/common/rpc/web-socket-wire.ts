import { AppError } from '../errors.ts';
import { decodeMessage, encodeMessage, jsonBytesOf, mostJsonBytes } from './codec.ts';
import type { Wire } from './wire.ts';
import { createWireEvents } from './wire-events.ts';

/** The page's WebSocket, or one of the `ws` package. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(frame: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
}

/** Largest frame either side sends or accepts: an uploaded 80-megapixel RGB TIFF still fits. */
export const maxFrameBytes = 256 * 1024 * 1024;
/** A peer that lets this much pile up is asleep or gone; it gets a fresh snapshot when it comes back. */
const maxBufferedBytes = 2 * maxFrameBytes;

const open = 1;
const connecting = 0;
const statusUnsupportedData = 1003;
const statusTooBig = 1009;
const statusTryAgainLater = 1013;

/**
 * A wire of binary frames (codec.ts). What is sent before the socket is open waits for it. The side that serves many, and must not be kept
 * busy by one, takes `mostJsonBytes` of JSON in a message; the other refuses to send more, and gets as much as there is.
 */
export function webSocketWire(socket: WebSocketLike, side: 'page' | 'door'): Wire {
  const events = createWireEvents();
  const waiting: Uint8Array<ArrayBuffer>[] = [];
  const close = (code?: number, reason?: string): void => {
    if (events.isClosed) return;
    events.close();
    socket.close(code, reason);
  };

  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', () => {
    for (const frame of waiting.splice(0)) socket.send(frame);
  });
  socket.addEventListener('close', () => events.close());
  // A `close` always follows. Without a listener `ws` throws: one frame over the limit would end the whole server.
  socket.addEventListener('error', () => undefined);
  socket.addEventListener('message', ({ data }) => {
    if (side === 'door' && holdsTooMuchJson(data))
      return close(statusTooBig, 'more text than one message may hold');
    const message = readFrame(data);
    if (message) events.receive(message.value);
    else close(statusUnsupportedData, 'not a message of this app');
  });

  return {
    send(message) {
      if (events.isClosed) return;
      const frame = encodeMessage(message);
      if (frame.byteLength > maxFrameBytes) throw tooLarge(frame.byteLength, maxFrameBytes);
      if (side === 'page' && jsonBytesOf(frame) > mostJsonBytes)
        throw tooLarge(jsonBytesOf(frame), mostJsonBytes);
      if (socket.readyState === connecting) waiting.push(frame);
      else if (socket.readyState === open) socket.send(frame);
      if (socket.bufferedAmount > maxBufferedBytes) close(statusTryAgainLater, 'too much unread');
    },
    onMessage: events.onMessage,
    onClose: events.onClose,
    close: () => close(),
  };
}

/** Not of one that only says so: that one is damaged. */
function holdsTooMuchJson(data: unknown): boolean {
  return data instanceof ArrayBuffer && data.byteLength > mostJsonBytes && jsonBytesOf(data) > mostJsonBytes;
}

function readFrame(data: unknown): { readonly value: unknown } | null {
  if (!(data instanceof ArrayBuffer)) return null;
  try {
    return { value: decodeMessage(data) };
  } catch {
    return null; // the caller ends the connection, which is the answer to a damaged frame
  }
}

function tooLarge(bytes: number, most: number): AppError {
  const mebibytes = (count: number): number => Math.ceil(count / 1024 / 1024);
  return new AppError(
    'too-large',
    `A message of ${mebibytes(bytes)} MiB is too large for this connection, which carries ${mebibytes(most)} MiB at most.`,
    { bytes, maxBytes: most },
  );
}
