import { expect, test } from 'vitest';
import { sigmoidOfPositive } from '../../../native-models/runtime/sigmoid.ts';

test('the table’s sigmoid is the exponential’s to 2e-7, from 0 to far beyond its end', () => {
  let worst = 0;
  for (let x = 0; x < 40; x += 0.00037)
    worst = Math.max(worst, Math.abs(sigmoidOfPositive(x) - 1 / (1 + Math.exp(-x))));
  expect(worst).toBeLessThan(2e-7);
  expect([sigmoidOfPositive(0), sigmoidOfPositive(Number.POSITIVE_INFINITY)]).toEqual([0.5, 1]);
  expect(sigmoidOfPositive(Number.NaN)).toBeNaN();
});
