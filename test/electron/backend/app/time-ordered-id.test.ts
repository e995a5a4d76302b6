import { expect, test } from 'vitest';
import { createTimeOrderedIds } from '../../../../electron/backend/app/time-ordered-id.ts';

test('ids made one after another are in order and all different, even where the clock stands or goes back', () => {
  const times = [5, 5, 9, 3, 3, 10];
  let asked = 0;
  const newId = createTimeOrderedIds(() => 1_795_000_000_000 + (times[Math.min(asked++ >> 11, 5)] ?? 0));
  const ids = Array.from({ length: 14_000 }, newId);
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(14_000);
  for (const id of ids.slice(0, 50))
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/u);
  expect(Number.parseInt((ids[0] ?? '').replace('-', '').slice(0, 12), 16)).toBe(1_795_000_000_005);
});
