import { expect, test } from 'vitest';
import { workInHand } from '../../../../electron/backend/images/work-in-hand.ts';

test('who waits for pictures goes on when the last of them is made, also when one could not be', async () => {
  const making = workInHand();
  const told: string[] = [];
  await making.done(60_000);
  const first = Promise.resolve('made');
  const second = new Promise<never>((_, reject) => setImmediate(() => reject(new Error('damaged'))));
  void making.note(first).then((word) => told.push(word));
  making.note(second).catch(() => told.push('not made'));
  const waited = making.done(60_000).then(() => told.push('went on'));
  await waited;
  expect(told).toEqual(['made', 'not made', 'went on']);
});

test('pictures that take too long are not waited for', async () => {
  const making = workInHand();
  void making.note(new Promise<never>(() => undefined));
  await making.done(5);
  await making.done(0);
});
