import { expect, test } from 'vitest';
import { mostFrameBytes, PartJoiner, partsOf } from '../../../../electron/common/rpc/parts.ts';

/** Bytes that differ from piece to piece, and from one length to the next. */
function someBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) bytes[at] = Math.imul(at + length, 0x9e3779b1) >>> 24;
  return bytes;
}

const anySize = (): boolean => true;

/** What a door makes of these frames: each message with the number of the frame that completed it. */
function joined(
  frames: Iterable<Uint8Array<ArrayBuffer>>,
  joiner = new PartJoiner(anySize),
): [number, Buffer][] {
  const messages: [number, Buffer][] = [];
  let count = 0;
  for (const frame of frames) {
    count += 1;
    const whole = joiner.take(frame.slice().buffer);
    if (whole !== null) messages.push([count, Buffer.from(whole)]);
  }
  return messages;
}

test('a message of any size comes out of its parts, none of which is larger than a door takes', () => {
  const piece = mostFrameBytes - 8;
  for (const size of [0, 8, piece, mostFrameBytes, mostFrameBytes + 1, 2 * piece, 2 * piece + 1, 5_000_001]) {
    const message = someBytes(size);
    const parts = [...partsOf(message)];
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(mostFrameBytes);
    expect(parts.length).toBe(size <= mostFrameBytes ? 1 : Math.ceil(size / piece));
    const [[completedBy, whole] = [], ...more] = joined(parts);
    expect([completedBy, whole?.equals(message), more]).toEqual([parts.length, true, []]);
  }
});

test('messages follow each other, small ones and large ones', () => {
  const messages = [100, 3_000_000, 2_500_000, 50].map(someBytes);
  const found = joined(messages.flatMap((message) => [...partsOf(message)]));
  expect(found.map(([, whole], index) => whole.equals(messages[index] as Uint8Array))).toEqual([
    true,
    true,
    true,
    true,
  ]);
});

test('a part that does not go on with what was begun is refused: another message, another length, too much, nothing', () => {
  const [first, second] = [...partsOf(someBytes(2_000_000))] as [
    Uint8Array<ArrayBuffer>,
    Uint8Array<ArrayBuffer>,
  ];
  const [stranger] = [...partsOf(someBytes(2_000_001))] as [Uint8Array<ArrayBuffer>];
  const [last] = [...partsOf(someBytes(100))] as [Uint8Array<ArrayBuffer>];
  const tooMuch = new Uint8Array(Buffer.concat([first.subarray(0, 8), someBytes(1_900_000)]));
  for (const wrong of [last, stranger, first.slice(0, 8), tooMuch]) {
    expect(() => joined([first, wrong])).toThrow(expect.objectContaining({ code: 'bad-message' }));
  }
  expect(joined([first, second]).length).toBe(1);
});

test('whether a message is accepted is asked at its first part, before any memory is given to it', () => {
  const asked: [number, number][] = [];
  const joiner = new PartJoiner((start, bytes) => {
    asked.push([start.length, bytes]);
    return bytes < 4_000_000_000;
  });
  joined(partsOf(someBytes(2_000_000)), joiner);
  expect(asked).toEqual([[mostFrameBytes - 8, 2_000_000]]);
  const huge = new Uint8Array(16);
  new DataView(huge.buffer).setUint32(0, 0xffff_fffe, true);
  new DataView(huge.buffer).setUint32(4, 4_000_000_000, true);
  expect(() => joiner.take(huge.buffer)).toThrow(expect.objectContaining({ code: 'too-large' }));
});
