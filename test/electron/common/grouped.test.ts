import { expect, test } from 'vitest';
import { grouped } from '../../../electron/common/grouped.ts';

test('groups come in the order of their first items, items in their own', () => {
  const groups = grouped(['cup', 'mug', 'cap', 'mat', 'ox'], (word) => word[0]);
  expect([...groups]).toEqual([
    ['c', ['cup', 'cap']],
    ['m', ['mug', 'mat']],
    ['o', ['ox']],
  ]);
  expect(grouped([], String)).toEqual(new Map());
});

test('each item is asked for its key once, and a group of very many is no copy of copies', () => {
  let asked = 0;
  const groups = grouped(Array(300_000).keys(), () => ++asked && 'all');
  expect([asked, groups.size, groups.get('all')?.length]).toEqual([300_000, 1, 300_000]);
});
