import { expect, test } from 'vitest';
import { createBudget } from '../../../../electron/backend/images/decoding-budget.ts';

/** Runs works of these costs at once. @returns the most that ran at a time, and the order in which they began */
async function run(costs: readonly number[], most: number): Promise<{ most: number; order: number[] }> {
  const within = createBudget(most);
  const seen = { now: 0, most: 0, order: [] as number[] };
  const work = async (cost: number, index: number): Promise<void> => {
    seen.order.push(index);
    seen.now += cost;
    seen.most = Math.max(seen.most, seen.now);
    await new Promise((resolve) => setTimeout(resolve, 2));
    seen.now -= cost;
  };
  await Promise.all(costs.map((cost, index) => within(cost, () => work(cost, index))));
  return { most: seen.most, order: seen.order };
}

test('eight pictures of 262 million pixels are decoded one after another, small ones beside each other', async () => {
  expect(await run(Array(8).fill(262), 300)).toEqual({ most: 262, order: [0, 1, 2, 3, 4, 5, 6, 7] });
  expect((await run(Array(8).fill(12), 300)).most).toBe(96);
});

test('a large one is not overtaken for ever by small ones, and one beyond the budget runs alone', async () => {
  expect((await run([100, 262, 50, 50], 300)).order).toEqual([0, 1, 2, 3]);
  expect(await run([500, 10], 300)).toEqual({ most: 500, order: [0, 1] });
});

test('work that fails gives its share back', async () => {
  const within = createBudget(10);
  await expect(within(10, () => Promise.reject(new Error('damaged')))).rejects.toThrow('damaged');
  expect(await within(10, async () => 'next')).toBe('next');
});
