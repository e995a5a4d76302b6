import { expect, test, vi } from 'vitest';
import { drawSoon } from '../../../../renderer/panels/images/drawing-queue.ts';

test('drawings are done in order, as many as a frame has time for, and those taken back never', () => {
  const frames: (() => void)[] = [];
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => frames.push(callback));
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const drawn: string[] = [];
  const draw = (name: string, ms: number) =>
    drawSoon(() => {
      drawn.push(name);
      now += ms;
    });
  draw('a', 3);
  draw('b', 3);
  const takeBack = draw('c', 3);
  draw('d', 3);
  takeBack();
  expect([drawn, frames.length]).toEqual([[], 1]);
  frames.shift()?.();
  expect(drawn).toEqual(['a', 'b']);
  frames.shift()?.();
  expect([drawn, frames.length]).toEqual([['a', 'b', 'd'], 0]);
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
