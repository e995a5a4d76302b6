import { expect, test } from 'vitest';
import { decodeMessage, encodeMessage, jsonBytesOf } from '../../../../electron/common/rpc/codec.ts';
import { compactBytes } from '../../../../electron/common/rpc/compact-bytes.ts';

/** A small generator with a seed, so that a failure can be run again. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function randomValue(random: () => number, depth: number): unknown {
  const below = (limit: number): number => Math.floor(random() * limit);
  const text = (): string =>
    ['', 'a', '\u0000', '\u0000bytes:0', '\u0000text:', 'é🐈', '"\\'][below(7)] ?? '';
  const choice = below(depth > 3 ? 6 : 8);
  if (choice === 0) return null;
  if (choice === 1) return random() < 0.5;
  if (choice === 2) return below(1e6) / (below(3) + 1);
  if (choice === 3) return text() + below(10);
  if (choice === 4) return text();
  if (choice === 5) return new Uint8Array(below(40)).map(() => below(256));
  const length = below(5);
  if (choice === 6) return Array.from({ length }, () => randomValue(random, depth + 1));
  return Object.fromEntries(
    Array.from({ length }, () => [text() + below(9), randomValue(random, depth + 1)]),
  );
}

test('a message survives a round trip for any plain data', () => {
  const random = randomNumbers(11);
  for (let round = 0; round < 500; round += 1) {
    const message = { value: randomValue(random, 0) };
    expect(decodeMessage(encodeMessage(message).buffer)).toEqual(message);
  }
});

test('a very long string lies beside the JSON, which stays short, and comes back to the letter', () => {
  const long = 'é🐈0'.repeat(30_000).replaceAll('🐈', '§');
  const messages = [
    { mask: { counts: '04L'.repeat(100_000) } },
    { list: [long, long], bytes: new Uint8Array([1]) },
    { marked: `\u0000utf8:0${long}`, bom: `\ufeff${long}` },
  ];
  for (const message of messages) {
    const frame = encodeMessage(message);
    expect(jsonBytesOf(frame)).toBeLessThan(200);
    expect(decodeMessage(frame.buffer)).toEqual(message);
  }
  // Halves of characters, which UTF-8 cannot write, stay where JSON writes them.
  const halves = { text: `${long}\ud83d` };
  expect(decodeMessage(encodeMessage(halves).buffer)).toEqual(halves);
});

test('buffers start at multiples of 8, so that wider views can be laid over them', () => {
  const message = { first: new Uint8Array(5), second: new Uint8Array(3), third: new Uint8Array(16) };
  const decoded = decodeMessage(encodeMessage(message).buffer) as typeof message;
  expect(Object.values(decoded).map((view) => view.byteOffset % 8)).toEqual([0, 0, 0]);
  expect(new Float32Array(decoded.third.buffer, decoded.third.byteOffset, 4)).toHaveLength(4);
});

test.each([
  ['NaN', { score: Number.NaN }],
  ['infinity', { score: [Number.POSITIVE_INFINITY] }],
  ['a Map', { byId: new Map() }],
  ['a Date', { at: new Date(0) }],
  ['another typed array', { logits: new Float32Array(4) }],
  ['an error', { cause: new Error('no') }],
])('what JSON would change silently is refused: %s', (_what, message) => {
  expect(() => encodeMessage(message)).toThrow(/cannot carry/u);
});

test('damaged frames are refused with bad-message, whatever was cut or changed', () => {
  const frame = encodeMessage({ a: new Uint8Array([1, 2, 3]), text: '\u0000text:x', list: [1, 2, 3] });
  for (let length = 0; length < frame.length; length += 1) {
    expect(() => decodeMessage(frame.slice(0, length).buffer)).toThrow(
      expect.objectContaining({ code: 'bad-message' }),
    );
  }
  const random = randomNumbers(3);
  for (let round = 0; round < 2_000; round += 1) {
    const changed = frame.slice();
    changed[Math.floor(random() * 12)] = Math.floor(random() * 256);
    changed[Math.floor(random() * frame.length)] = Math.floor(random() * 256);
    const outcome = (): unknown => {
      try {
        return decodeMessage(changed.buffer);
      } catch (thrown) {
        return (thrown as { code?: string }).code;
      }
    };
    // Either it still is a message, or it is refused; never another error.
    expect(outcome()).not.toBeUndefined();
  }
});

test('a view on a larger buffer is copied out of it, everything else is left as it is', () => {
  const pool = new Uint8Array(8192).fill(7);
  const whole = new Uint8Array([1, 2]);
  const message = { plain: { list: [1, 'a'] }, part: pool.subarray(10, 20), whole };
  const compacted = compactBytes(message) as typeof message;
  expect(compacted).toEqual(message);
  expect(compacted.part.buffer.byteLength).toBe(10);
  expect([compacted.plain, compacted.whole]).toEqual([message.plain, message.whole]);
  expect(compacted.plain).toBe(message.plain);
  expect(compacted.whole).toBe(whole);
});

test('Node’s Buffers travel as bytes, wherever they lie, and nobody writes them out as numbers', () => {
  const spoken: Buffer[] = [];
  const roundTrip = (value: unknown) => decodeMessage(encodeMessage(value).buffer);
  const aBuffer = (...bytes: readonly number[]) => {
    const buffer = Buffer.from(bytes);
    return Object.defineProperty(buffer, 'toJSON', { value: () => spoken.push(buffer) });
  };
  const message = {
    first: aBuffer(1, 2),
    list: [aBuffer(3), 'x', { deep: aBuffer(4) }],
    plain: new Uint8Array([5]),
  };
  expect(roundTrip(message)).toEqual({
    first: new Uint8Array([1, 2]),
    list: [new Uint8Array([3]), 'x', { deep: new Uint8Array([4]) }],
    plain: new Uint8Array([5]),
  });
  expect(roundTrip(aBuffer(6))).toEqual(new Uint8Array([6]));
  expect(spoken).toEqual([]);
});
