import { expect, test } from 'vitest';
import { cardAt, pickedAfter, pickedWords } from '../../../../renderer/panels/images/gallery-picks.ts';
import { anImageId } from '../../../helpers/records.ts';

const ids = ['a', 'b', 'c', 'd', 'e'].map((name) => anImageId(name));
const images = ids.map((id) => ({ id }));
const after = (picked: readonly number[], from: number, to: number, how: 'alone' | 'range' | 'toggle') =>
  [
    ...pickedAfter({
      images,
      picked: new Set(picked.map((at) => ids[at] ?? anImageId('none'))),
      from,
      to,
      isRange: how === 'range',
      isToggle: how === 'toggle',
    }),
  ].map((id) => ids.indexOf(id));

test('a click picks alone, Ctrl one more or less, Shift all from the last one on in either direction', () => {
  expect(after([0, 1], 1, 3, 'alone')).toEqual([3]);
  expect(after([0], 0, 2, 'toggle')).toEqual([0, 2]);
  expect(after([0, 2], 2, 2, 'toggle')).toEqual([0]);
  expect(after([], 1, 3, 'range')).toEqual([1, 2, 3]);
  expect(after([4], 3, 1, 'range')).toEqual([4, 1, 2, 3]);
  expect(after([0], 0, 99, 'toggle')).toEqual([0]);
});

test('arrows go by card and by row, and stop at the ends', () => {
  const from = (current: number, key: string) => cardAt({ key, current, columns: 3, count: 8 });
  expect(
    ['ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp', 'Home', 'End'].map((key) => from(4, key)),
  ).toEqual([5, 3, 7, 1, 0, 7]);
  expect([from(7, 'ArrowDown'), from(0, 'ArrowUp'), from(4, 'x')]).toEqual([7, 0, null]);
});

test('how many are picked is told, and how many of them a search hides', () => {
  const picked = new Set(ids.slice(0, 3));
  expect(pickedWords(picked, images)).toBe('3 images picked');
  expect(pickedWords(picked, images.slice(2))).toBe('3 images picked, 2 of them not listed now');
  expect(pickedWords(new Set(ids.slice(0, 1)), [])).toBe('1 image picked, 1 of them not listed now');
});
