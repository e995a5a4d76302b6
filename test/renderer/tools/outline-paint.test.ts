import { expect, test } from 'vitest';
import { imagePoint, screenPoint, screenSize } from '../../../electron/common/geometry.ts';
import { deviceView } from '../../../renderer/picture/device-view.ts';
import { spacedOut } from '../../../renderer/tools/outline-paint.ts';

test('of crowded corners one in ten screen pixels has a handle, the one pointed at always has, and zooming in shows all', () => {
  const sight = { image: { width: 1_000, height: 1_000 }, pane: screenSize({ width: 800, height: 600 }) };
  const handles = Array.from({ length: 400 }, (_, index) => ({
    point: imagePoint({ x: index % 200, y: 50 }),
    isStrong: index === 301,
  }));
  const shownAt = (zoom: number) =>
    spacedOut(deviceView({ zoom, pan: screenPoint({ x: 0, y: 0 }) }, sight, 1), handles);
  expect(shownAt(0.5).filter(({ isStrong }) => !isStrong).length).toBe(10);
  expect(shownAt(0.5).filter(({ isStrong }) => isStrong).length).toBe(1);
  expect(new Set(shownAt(12).map(({ point }) => point.x)).size).toBe(200);
});
