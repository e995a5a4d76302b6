import { expect, test } from 'vitest';
import { Queue } from '../../../native-models/runtime/queue.ts';

test('a queue lets one in at a time, in the order of asking', async () => {
  const queue = new Queue();
  const log: string[] = [];
  const visit = async (name: string): Promise<void> => {
    const leave = await queue.enter();
    log.push(`${name} in`);
    await new Promise((resolve) => setImmediate(resolve));
    log.push(`${name} out`);
    leave();
  };
  await Promise.all([visit('first'), visit('second'), visit('third')]);
  expect(log).toEqual(['first in', 'first out', 'second in', 'second out', 'third in', 'third out']);
});
