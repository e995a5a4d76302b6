import { expect, test } from 'vitest';
import { thumbnailLevel } from '../../../renderer/picture/mask-thumbnail.ts';

test('a thumbnail is drawn at the first level whose cells fit its side', () => {
  const sides = [1, 256, 257, 512, 513, 7680];
  expect(sides.map((width) => thumbnailLevel({ width, height: 1 }))).toEqual([0, 0, 1, 1, 2, 5]);
  expect(sides.map((height) => thumbnailLevel({ width: 1, height }))).toEqual([0, 0, 1, 1, 2, 5]);
});
