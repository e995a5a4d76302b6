import { AppError } from '../errors.ts';

/**
 * One message as one binary frame, so that bytes travel as bytes:
 *
 *   u32 length of the JSON text, u32 number of buffers B, B x u32 buffer lengths   (little endian)
 *   JSON text, UTF-8
 *   the buffers, each starting at a multiple of 8 so that a wider view can be laid over it
 *
 * In the JSON a Uint8Array is the string "\0bytes:<index>", and so is a very long string, as "\0utf8:<index>": a mask of millions of runs
 * then weighs nothing where the JSON is parsed. A person's own string that starts with \0 is written "\0text:<string>", so that none can be
 * taken for another.
 */
const mark = '\u0000';
const bytesMark = `${mark}bytes:`;
const utf8Mark = `${mark}utf8:`;
const textMark = `${mark}text:`;
/** How JSON writes a string that starts with the mark. */
const markInJson = '"\\u0000';
const headBytes = 8;
/** Characters from which on a string travels beside the JSON. */
const longString = 65_536;
/** Half a character: JSON can write it, UTF-8 cannot. */
const surrogate = /[\ud800-\udfff]/u;

/**
 * Bytes of JSON that a door takes in one message: while they are parsed nobody else is answered (some 10 ms a megabyte with the checks that
 * follow). Bytes and very long strings lie beside the JSON and do not count. What may be larger travels in parts.
 */
export const mostJsonBytes = 16 * 1024 * 1024;

/** @throws plain Error when the message is not plain data: JSON would change it silently */
export function encodeMessage(message: unknown): Uint8Array<ArrayBuffer> {
  const buffers: Uint8Array[] = [];
  // JSON.stringify hands over what toJSON made of a value; the holder has the value itself.
  const text = JSON.stringify(
    speechless(message),
    function replace(this: Readonly<Record<string, unknown>>, key) {
      const value = this[key];
      if (typeof value === 'string') return writtenString(value, buffers);
      if (value instanceof Uint8Array) return bytesMark + (buffers.push(value) - 1);
      assertPlain(key, value);
      return withSpeechlessBytes(value);
    },
  );
  return layOut(new TextEncoder().encode(text), buffers);
}

/** Bytes that have no `toJSON`: Node's Buffers write out each of their bytes as a number before anybody is asked, ten times as long as all else. */
function speechless(value: unknown): unknown {
  return speaks(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : value;
}

/** An object or a list as it is, or a copy of it where it holds such bytes itself. */
function withSpeechlessBytes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.some(speaks) ? value.map(speechless) : value;
  if (!Object.values(value).some(speaks)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, speechless(each)]));
}

function speaks(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && 'toJSON' in value;
}

function writtenString(value: string, buffers: Uint8Array[]): string {
  if (value.length >= longString && !surrogate.test(value))
    return utf8Mark + (buffers.push(new TextEncoder().encode(value)) - 1);
  return value.startsWith(mark) ? textMark + value : value;
}

/** Bytes of JSON in a frame as its head says; 0 where it has none. */
export function jsonBytesOf(frame: Uint8Array | ArrayBuffer): number {
  if (frame.byteLength < headBytes) return 0;
  const view =
    frame instanceof ArrayBuffer ? new DataView(frame) : new DataView(frame.buffer, frame.byteOffset);
  return view.getUint32(0, true);
}

function assertPlain(key: string, value: unknown): void {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new Error(`"${key}" is ${value}, which JSON cannot carry.`);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new Error(`"${key}" is a ${value.constructor.name}, which a message cannot carry.`);
  }
}

function layOut(text: Uint8Array, buffers: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const textStart = headBytes + 4 * buffers.length;
  const starts: number[] = [];
  let end = textStart + text.length;
  for (const buffer of buffers) {
    starts.push(alignUp(end));
    end = alignUp(end) + buffer.length;
  }
  const frame = new Uint8Array(end);
  const head = new DataView(frame.buffer);
  head.setUint32(0, text.length, true);
  head.setUint32(4, buffers.length, true);
  frame.set(text, textStart);
  buffers.forEach((buffer, index) => {
    head.setUint32(headBytes + 4 * index, buffer.length, true);
    frame.set(buffer, starts[index]);
  });
  return frame;
}

/**
 * The message of a frame; its Uint8Arrays are views on the frame.
 * @throws AppError 'bad-message' when the frame is not one of ours
 */
export function decodeMessage(frame: ArrayBuffer): unknown {
  const { text, buffers } = takeApart(frame);
  try {
    // The reviver makes parsing several times slower, and few messages need it.
    if (!text.includes(markInJson)) return JSON.parse(text);
    return JSON.parse(text, (_key, value: unknown) => reviveMarked(value, buffers));
  } catch (cause) {
    throw new AppError('bad-message', 'A message could not be read: its JSON is damaged.', {}, { cause });
  }
}

function reviveMarked(value: unknown, buffers: readonly Uint8Array[]): unknown {
  if (typeof value !== 'string' || !value.startsWith(mark)) return value;
  if (value.startsWith(textMark)) return value.slice(textMark.length);
  const isText = value.startsWith(utf8Mark);
  const bytes = buffers[Number(value.slice((isText ? utf8Mark : bytesMark).length))];
  if (!bytes || !(isText || value.startsWith(bytesMark))) throw new Error('unknown mark');
  return isText ? new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) : bytes;
}

function takeApart(frame: ArrayBuffer): { text: string; buffers: Uint8Array[] } {
  const damaged = (why: string): AppError =>
    new AppError('bad-message', `A message could not be read: ${why}.`);
  if (frame.byteLength < headBytes) throw damaged('it is shorter than its head');
  const head = new DataView(frame);
  const textLength = head.getUint32(0, true);
  const bufferCount = head.getUint32(4, true);
  const textStart = headBytes + 4 * bufferCount;
  let end = textStart + textLength;
  if (end > frame.byteLength) throw damaged('it is shorter than its head says');

  const buffers: Uint8Array[] = [];
  for (let index = 0; index < bufferCount; index += 1) {
    const length = head.getUint32(headBytes + 4 * index, true);
    const start = alignUp(end);
    end = start + length;
    if (end > frame.byteLength) throw damaged('it is shorter than its head says');
    buffers.push(new Uint8Array(frame, start, length));
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(
      new Uint8Array(frame, textStart, textLength),
    );
    return { text, buffers };
  } catch (cause) {
    throw new AppError('bad-message', 'A message could not be read: its text is not UTF-8.', {}, { cause });
  }
}

function alignUp(offset: number): number {
  return Math.ceil(offset / 8) * 8;
}
