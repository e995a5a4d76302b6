import type { CDPSession, Page } from 'playwright-core';

/** Milliseconds, or frames per second where the name says so. */
export interface Spread {
  readonly count: number;
  readonly median: number;
  readonly p95: number;
  readonly largest: number;
}

export interface Measured {
  /** The app's own work per event, its frame included. */
  readonly work: Spread;
  /** From the event to the end of the frame that shows it: the wait for the display is in it. */
  readonly shown: Spread;
  readonly frames: Spread;
  /** Processor milliseconds of the page's main thread per event, painting included: a busy machine does not change it much. */
  readonly processor: number;
}

/** Watches events of `kind` while `drive` makes them. */
export async function measured(page: Page, kind: string, drive: () => Promise<void>): Promise<Measured> {
  await page.evaluate((watched) => window.canvasProbe.watch(watched), kind);
  const before = await processorTime(page);
  await drive();
  await page.waitForTimeout(150);
  const processorMs = (await processorTime(page)) - before;
  const lists = await page.evaluate(() => {
    const { work, shown, frames } = window.canvasProbe;
    const copy = { work: [...work], shown: [...shown], frames: [...frames] };
    window.canvasProbe.watch(null);
    return copy;
  });
  return {
    work: spreadOf(lists.work),
    shown: spreadOf(lists.shown),
    frames: spreadOf(lists.frames),
    processor: processorMs / Math.max(1, lists.work.length),
  };
}

const sessions = new WeakMap<Page, CDPSession>();

/** Milliseconds the main thread of the page has run so far. */
async function processorTime(page: Page): Promise<number> {
  let session = sessions.get(page);
  if (session === undefined) {
    session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    sessions.set(page, session);
  }
  const { metrics } = await session.send('Performance.getMetrics');
  return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { count: sorted.length, median: at(0.5), p95: at(0.95), largest: at(1) };
}

/** The middle of the drawing surface and its size, CSS pixels. */
export async function surfaceOf(
  page: Page,
): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await page.locator('[data-canvas-surface]').boundingBox();
  if (box === null) throw new Error('The page shows no drawing surface.');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, width: box.width, height: box.height };
}
