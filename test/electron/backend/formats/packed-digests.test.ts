import { expect, test } from 'vitest';
import { PackedDigests } from '../../../../electron/backend/formats/packed-digests.ts';

test('each text is known again at its place and at no other, past a block of them as well', () => {
  const digests = new PackedDigests();
  const count = 40_000;
  for (let at = 0; at < count; at++) digests.add(`text ${at}`);
  expect(digests.length).toBe(count);
  for (const at of [0, 1, 16_383, 16_384, count - 1])
    expect([digests.isAt(at, `text ${at}`), digests.isAt(at, `text ${at + 1}`)]).toEqual([true, false]);
  expect(digests.isAt(count, 'text')).toBe(false);
});
