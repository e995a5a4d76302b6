import { AppError } from '../errors.ts';

/**
 * A large message as frames of a size that nobody notices. Each is
 *
 *   u32 0xFFFFFFFE, which no message begins with (codec.ts), u32 bytes of the whole message   (little endian)
 *   the next piece of the message
 *
 * One after another until the whole is there; nothing comes in between.
 */
const partMark = 0xffff_fffe;
const headBytes = 8;

/** Of a piece: to unmask and copy as much takes a door some milliseconds. */
const pieceBytes = 1024 * 1024;

/** The largest frame that a door takes. */
export const mostFrameBytes = headBytes + pieceBytes;

/** A small message as it is, a large one as its parts. */
export function* partsOf(message: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>> {
  if (message.length <= mostFrameBytes) {
    yield message;
    return;
  }
  for (let start = 0; start < message.length; start += pieceBytes) {
    const piece = message.subarray(start, start + pieceBytes);
    // Its own memory: a socket may read it later.
    const part = new Uint8Array(headBytes + piece.length);
    const head = new DataView(part.buffer);
    head.setUint32(0, partMark, true);
    head.setUint32(4, message.length, true);
    part.set(piece, headBytes);
    yield part;
  }
}

/** Puts the parts of messages together as they come in, so that none of it is left for the end. */
export class PartJoiner {
  readonly #accepts: (start: Uint8Array, bytes: number) => boolean;
  #whole: Uint8Array<ArrayBuffer> | null = null;
  #filled = 0;

  /** @param accepts asked once a message, with its first piece and its length, before any memory is given to it */
  constructor(accepts: (start: Uint8Array, bytes: number) => boolean) {
    this.#accepts = accepts;
  }

  /**
   * @returns the message that this frame is or completes; null while parts are missing
   * @throws AppError 'bad-message' where it does not go on with what was begun; 'too-large' where the message is not accepted
   */
  take(frame: ArrayBuffer): ArrayBuffer | null {
    if (!isPart(frame)) {
      if (this.#whole !== null) throw misplaced();
      this.#ask(new Uint8Array(frame), frame.byteLength);
      return frame;
    }
    const bytes = new DataView(frame).getUint32(4, true);
    const piece = new Uint8Array(frame, headBytes);
    const whole = this.#whole ?? this.#begin(piece, bytes);
    if (bytes !== whole.length || piece.length === 0 || piece.length > whole.length - this.#filled)
      throw misplaced();
    whole.set(piece, this.#filled);
    this.#filled += piece.length;
    if (this.#filled < whole.length) return null;
    this.#whole = null;
    return whole.buffer;
  }

  #begin(piece: Uint8Array, bytes: number): Uint8Array<ArrayBuffer> {
    this.#ask(piece, bytes);
    this.#filled = 0;
    return (this.#whole = new Uint8Array(bytes));
  }

  #ask(start: Uint8Array, bytes: number): void {
    if (!this.#accepts(start, bytes))
      throw new AppError('too-large', 'A message holds more than may be sent in one.', { bytes });
  }
}

function isPart(frame: ArrayBuffer): boolean {
  return frame.byteLength >= headBytes && new DataView(frame).getUint32(0, true) === partMark;
}

function misplaced(): AppError {
  return new AppError('bad-message', 'A part of a message does not go on with what came before it.');
}
