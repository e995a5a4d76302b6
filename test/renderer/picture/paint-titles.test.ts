import { expect, test } from 'vitest';
import { screenPoint, screenSize } from '../../../electron/common/geometry.ts';
import { deviceView } from '../../../renderer/picture/device-view.ts';
import { type MaskTitle, titlePlace, titlesInSight } from '../../../renderer/picture/paint-titles.ts';

const view = deviceView(
  { zoom: 0.5, pan: screenPoint({ x: 0, y: 0 }) },
  { image: { width: 1000, height: 800 }, pane: screenSize({ width: 300, height: 200 }) },
  1,
);
const title = (text: string, box: MaskTitle['box'], isStrong = false): MaskTitle => ({
  text,
  box,
  colour: '#000000',
  isStrong,
});

test('titles are written where a mask is in sight and large enough to be named; of what is meant always, and last', () => {
  const titles = [
    title('meant, tiny', [10, 10, 4, 4], true),
    title('tiny', [10, 10, 4, 4]),
    title('large', [100, 100, 60, 60]),
    title('out of sight', [900, 700, 60, 60], true),
  ];
  expect(titlesInSight(view, titles).map(({ text }) => text)).toEqual(['large', 'meant, tiny']);
});

test('a title lies above its mask, inside where there is no room, and never out of sight', () => {
  expect(titlePlace(view, [100, 100, 60, 60])).toEqual({ x: 50, y: 32 });
  expect(titlePlace(view, [100, 4, 60, 60])).toEqual({ x: 50, y: 2 });
  const moved = deviceView(
    { zoom: 0.5, pan: screenPoint({ x: -80, y: 0 }) },
    { image: { width: 1000, height: 800 }, pane: screenSize({ width: 300, height: 200 }) },
    1,
  );
  expect(titlePlace(moved, [100, 100, 200, 60]).x).toBe(2);
});
