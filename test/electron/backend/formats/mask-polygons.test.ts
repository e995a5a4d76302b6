import { expect, test } from 'vitest';
import { polygonsOf } from '../../../../electron/backend/formats/mask-polygons.ts';
import { runsOfBitmap } from '../../../helpers/masks.ts';

test('a part whose outline has a hundred thousand corners is joined to the others, to the pixel', () => {
  const width = 60_000;
  const data = new Uint8Array(4 * width);
  data[0] = 1; // a part of one pixel comes first
  for (let column = 3; column < width; column++) {
    data[3 * width + column] = 1;
    if (column % 2 === 0) data[2 * width + column] = 1; // a comb
  }
  const mask = runsOfBitmap({ width, height: 4, data });
  const [joined, ...others] = polygonsOf(mask, { parts: 'join', holes: 'bridge', tolerance: 0 });
  expect(joined?.ring.length).toBeGreaterThan(200_000);
  expect([others, joined?.mask]).toEqual([[], mask]);
});
