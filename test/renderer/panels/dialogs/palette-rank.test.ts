import { expect, test } from 'vitest';
import { paletteRank } from '../../../../renderer/panels/dialogs/palette-rank.ts';

test('words and their beginnings come before letters that only stand in that order; what means nothing is not found', () => {
  const rank = (typed: string, title: string): number => paletteRank('x', typed, [title]);
  expect(rank('undo', 'Undo')).toBeGreaterThan(rank('undo', 'Round or square brush'));
  expect(rank('class', 'Edit the classes…')).toBeGreaterThan(rank('class', 'Close all masks'));
  expect(rank('mrge', 'Merge targets')).toBeGreaterThan(0);
  expect(rank('labels', 'Point at an object (Segment Anything) Tools')).toBe(0);
});

test('an id that happens to hold the letters finds nothing', () => {
  expect(paletteRank('image dead-beef', 'dead', ['photo.png'])).toBe(0);
});
