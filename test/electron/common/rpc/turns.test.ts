import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inTurns } from '../../../../electron/common/rpc/turns.ts';

test('what arrives in one piece is handled in its order, a share in each turn, and others run between', async () => {
  const handled: string[] = [];
  const turns = inTurns<number>({
    mostPerTurn: 8,
    isCounted: (item) => item >= 0,
    handle: (item) => handled.push(String(item)),
  });
  const items = Array.from({ length: 100 }, (_, at) => (at % 10 === 9 ? -at : at));
  for (const item of items) turns.take(item);
  expect(handled).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  let others = 0;
  while (handled.length < 100) {
    await setImmediate();
    others += 1;
  }
  expect(handled).toEqual(items.map(String));
  expect(others).toBeGreaterThanOrEqual(11);
  // Alone again, it is handled at once; what waits can be let go of.
  await new Promise((resolve) => setTimeout(resolve, 5));
  turns.take(1);
  expect(handled).toHaveLength(101);
  for (const item of items) turns.take(item);
  const before = handled.length;
  turns.clear();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(handled).toHaveLength(before);
});
