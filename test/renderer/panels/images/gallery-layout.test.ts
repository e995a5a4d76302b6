import { expect, test } from 'vitest';
import {
  columnsIn,
  containedIn,
  galleryLayout,
  pictureBox,
} from '../../../../renderer/panels/images/gallery-layout.ts';

test('there is always a card, and one more for each width of a card', () => {
  expect([0, 100, 189, 190, 379, 380, 1_520].map(columnsIn)).toEqual([1, 1, 1, 1, 1, 2, 8]);
});

test('the pictures of a row stand side by side with equal gaps and end as far from the right as they begin from the left', () => {
  const boxes = Array.from({ length: 8 }, (_, column) => pictureBox(column, 8, 1_542));
  const [first, last] = [boxes[0], boxes[7]];
  const between = boxes.slice(1).map(({ x }, at) => x - (boxes[at]?.x ?? 0));
  const width = (1_542 - 4 - 7 * galleryLayout.gap) / 8;
  expect(first).toEqual({ x: 8, y: 8, width: width - 12, height: galleryLayout.pictureHeight });
  for (const step of between) expect(step).toBeCloseTo(width + galleryLayout.gap, 9);
  expect((last?.x ?? 0) + (last?.width ?? 0)).toBeCloseTo(1_542 - 8, 9);
});

test.each([
  [
    'a wide picture has room above and below',
    { width: 400, height: 100 },
    { x: 10, y: 57.5, width: 180, height: 45 },
  ],
  ['a high one at its sides', { width: 100, height: 240 }, { x: 75, y: 20, width: 50, height: 120 }],
  ['one of the same shape fills the box', { width: 3, height: 2 }, { x: 10, y: 20, width: 180, height: 120 }],
])('%s', (_, size, place) => {
  expect(containedIn({ x: 10, y: 20, width: 180, height: 120 }, size)).toEqual(place);
});
