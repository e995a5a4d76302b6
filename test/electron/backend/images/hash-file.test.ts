import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashBytes } from '../../../../electron/backend/images/hash-file.ts';

test('bytes of any length have the hash that one go gives, and others get their turn in between', async () => {
  for (const length of [0, 1, 2 ** 21, 2 ** 21 + 1, 20_000_000]) {
    const bytes = new Uint8Array(length).fill(length % 251);
    let turns = 0;
    const count = (): void => {
      turns += 1;
      others = setImmediate(count);
    };
    let others = setImmediate(count);
    const hash = await hashBytes(bytes);
    clearImmediate(others);
    expect(hash).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(turns).toBeGreaterThanOrEqual(Math.floor(length / 2 ** 21));
  }
});

test('hashing ends when it is cancelled', async () => {
  const stop = new AbortController();
  const hashing = hashBytes(new Uint8Array(50_000_000), stop.signal);
  stop.abort();
  await expect(hashing).rejects.toMatchObject({ name: 'AbortError' });
});
