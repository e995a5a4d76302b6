import { expect, test } from 'vitest';
import { leastCostPairs } from '../../../../electron/backend/evaluate/assignment.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';

/** Tries every way to give each row a column of its own. */
function slowLeastCost(
  costs: readonly (readonly number[])[],
  row = 0,
  taken: ReadonlySet<number> = new Set(),
): number {
  if (row === costs.length) return 0;
  let best = Number.POSITIVE_INFINITY;
  costs[row]?.forEach((cost, column) => {
    if (taken.has(column)) return;
    best = Math.min(best, cost + slowLeastCost(costs, row + 1, new Set([...taken, column])));
  });
  return best;
}

test('the pairs cost as little as the best of all pairings, each row and column used once at most', () => {
  const random = seededRandom(101);
  for (let round = 0; round < 300; round++) {
    const rows = randomInteger(random, 1, 6);
    const columns = randomInteger(random, 1, 7);
    const costs = Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () => (round % 2 ? random() * 4 - 1 : randomInteger(random, 0, 3))),
    );
    const turned = Array.from({ length: columns }, (_, column) => costs.map((row) => row[column] as number));
    const pairs = leastCostPairs(costs);
    const total = pairs.reduce((sum, { row, column }) => sum + (costs[row]?.[column] as number), 0);
    expect(pairs).toHaveLength(Math.min(rows, columns));
    expect(new Set(pairs.map(({ row }) => row)).size).toBe(pairs.length);
    expect(new Set(pairs.map(({ column }) => column)).size).toBe(pairs.length);
    expect(total).toBeCloseTo(slowLeastCost(rows <= columns ? costs : turned), 9);
  }
});

test('a table without rows or columns has no pairs', () => {
  expect(leastCostPairs([])).toEqual([]);
  expect(leastCostPairs([[], []])).toEqual([]);
});

test('equal costs always give the same pairs', () => {
  const even = [
    [1, 1, 1],
    [1, 1, 1],
  ];
  expect(leastCostPairs(even)).toEqual(leastCostPairs(even));
});
