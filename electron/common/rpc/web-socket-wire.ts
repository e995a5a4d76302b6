import { AppError } from '../errors.ts';
import { decodeMessage, encodeMessage, jsonBytesOf, mostJsonBytes } from './codec.ts';
import { PartJoiner, partsOf } from './parts.ts';
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

/** Largest message either side sends or accepts: an uploaded 80-megapixel RGB TIFF still fits. */
export const maxMessageBytes = 256 * 1024 * 1024;
/** A peer that lets this much pile up is asleep or gone; it gets a fresh snapshot when it comes back. */
const maxBufferedBytes = 2 * maxMessageBytes;

const open = 1;
const connecting = 0;
const statusUnsupportedData = 1003;
const statusTooBig = 1009;
const statusTryAgainLater = 1013;

/**
 * A wire of binary frames (codec.ts). What is sent before the socket is open waits for it. The side that serves many, and must not be kept
 * busy by one, takes `mostJsonBytes` of JSON in a message and gets large messages in parts (parts.ts); the other sends no more and no larger
 * frames, and itself gets as much as there is in one.
 */
export function webSocketWire(socket: WebSocketLike, side: 'page' | 'door'): Wire {
  const events = createWireEvents();
  const waiting: Uint8Array<ArrayBuffer>[] = [];
  const joiner = new PartJoiner(
    (start, bytes) => bytes <= maxMessageBytes && (side === 'page' || !holdsTooMuchJson(start, bytes)),
  );
  const close = (code?: number, reason?: string): void => {
    if (events.isClosed) return;
    events.close();
    socket.close(code, reason);
  };

  const refuse = ({ code }: AppError): void => {
    if (code === 'too-large') close(statusTooBig, 'more than one message may hold');
    else close(statusUnsupportedData, 'not a message of this app');
  };

  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', () => {
    for (const frame of waiting.splice(0)) socket.send(frame);
  });
  socket.addEventListener('close', () => events.close());
  // A `close` always follows. Without a listener `ws` throws: one frame over the limit would end the whole server.
  socket.addEventListener('error', () => undefined);
  socket.addEventListener('message', ({ data }) => {
    const read = readFrame(data, joiner);
    if (read instanceof AppError) refuse(read);
    else if (read !== null) events.receive(read.message);
  });

  return {
    send(message) {
      if (events.isClosed) return;
      const frame = encodeMessage(message);
      if (frame.byteLength > maxMessageBytes) throw tooLarge(frame.byteLength, maxMessageBytes);
      if (side === 'page' && jsonBytesOf(frame) > mostJsonBytes)
        throw tooLarge(jsonBytesOf(frame), mostJsonBytes);
      for (const part of side === 'page' ? partsOf(frame) : [frame]) {
        if (socket.readyState === connecting) waiting.push(part);
        else if (socket.readyState === open) socket.send(part);
      }
      if (socket.bufferedAmount > maxBufferedBytes) close(statusTryAgainLater, 'too much unread');
    },
    onMessage: events.onMessage,
    onClose: events.onClose,
    close: () => close(),
  };
}

/** Not of one that only says so: that one is damaged. */
function holdsTooMuchJson(start: Uint8Array, bytes: number): boolean {
  return bytes > mostJsonBytes && jsonBytesOf(start) > mostJsonBytes;
}

/** The message that a frame completes, null where more of it is to come, or why the connection ends, which is the answer to a damaged frame. */
function readFrame(data: unknown, joiner: PartJoiner): { readonly message: unknown } | AppError | null {
  try {
    if (!(data instanceof ArrayBuffer)) throw new AppError('bad-message', 'A frame of text is no message.');
    const whole = joiner.take(data);
    return whole === null ? null : { message: decodeMessage(whole) };
  } catch (error) {
    // Also where memory for it is short: one message never ends the app.
    return error instanceof AppError ? error : new AppError('bad-message', 'A frame is damaged.');
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
