import { expect, test, vi } from 'vitest';

/** The queue as a page loads it, with frames, a clock and steps of a scroll that the test gives. */
async function aPage() {
  const frames: (() => void)[] = [];
  const steps: (() => void)[] = [];
  let now = 1_000;
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => frames.push(callback));
  vi.stubGlobal('addEventListener', (kind: string, step: () => void) => {
    if (kind === 'scroll') steps.push(step);
  });
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  vi.resetModules();
  const { drawSoon } = await import('../../../../renderer/panels/images/drawing-queue.ts');
  const drawn: string[] = [];
  return {
    frames,
    drawn,
    scroll: () => steps.forEach((step) => step()),
    draw: (name: string, ms: number) =>
      drawSoon(() => {
        drawn.push(name);
        now += ms;
      }),
  };
}

test.each([
  ['while nothing moves', 7, false],
  ['while one scrolls', 3, true],
])(
  'drawings are done in order, as many as a frame has time for, and those taken back never: %s',
  async (_, ms, isScrolling) => {
    const { frames, drawn, scroll, draw } = await aPage();
    if (isScrolling) scroll();
    draw('a', ms);
    draw('b', ms);
    const takeBack = draw('c', ms);
    draw('d', ms);
    takeBack();
    expect([drawn, frames.length]).toEqual([[], 1]);
    frames.shift()?.();
    expect(drawn).toEqual(['a', 'b']);
    frames.shift()?.();
    expect([drawn, frames.length]).toEqual([['a', 'b', 'd'], 0]);
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  },
);

test('a frame in which nothing moves has time for more', async () => {
  const { frames, drawn, draw } = await aPage();
  for (const name of ['a', 'b', 'c']) draw(name, 3);
  frames.shift()?.();
  expect([drawn, frames.length]).toEqual([['a', 'b', 'c'], 0]);
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
