import { expect, test } from 'vitest';
import { createPace } from '../../../../electron/backend/jobs/pace.ts';

test('what is left follows from the last items, without the first, which may have loaded a model', () => {
  let time = 0;
  const pace = createPace(2, () => time);
  const item = (key: string, milliseconds: number, cameToItsEnd = true): void => {
    pace.began(key);
    time += milliseconds;
    pace.ended(key, cameToItsEnd);
  };
  item('loads the model', 90_000);
  item('a', 1_000);
  item('b', 2_000);
  expect(pace.left(10)).toBeNull();
  item('broken off', 60_000, false);
  expect(pace.left(10)).toBeNull();
  item('c', 3_000);
  expect(pace.left(10)).toBe(7_500);
  // A pause between two items is no work, and a machine may sleep once.
  time += 3_600_000;
  item('slept', 8 * 3_600_000);
  expect(pace.left(4)).toBe(4_000);
  for (let number = 0; number < 30; number++) item(`faster ${number}`, 500);
  expect(pace.left(4)).toBe(1_000);
  expect(pace.left(0)).toBe(0);
});
