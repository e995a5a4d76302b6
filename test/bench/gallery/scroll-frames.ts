import type { Page } from 'playwright-core';

/** Frames that came while something was scrolled. */
export interface Frames {
  readonly count: number;
  /** Milliseconds between two. */
  readonly median: number;
  readonly p95: number;
  /** Share of those that came so late that the screen showed one twice, of 60 a second. */
  readonly late: number;
}

/** Scrolls an element by script, 3,600 px a second at 60 frames, for 200 frames, each asked for in the one before. */
export async function framesWhile(page: Page, selector: string): Promise<Frames> {
  const apart = await page.evaluate((wanted) => {
    const element = document.querySelector(wanted);
    if (element === null) throw new Error(`Nothing to scroll: ${wanted}`);
    element.scrollTop = 0;
    return new Promise<number[]>((resolve) => {
      const frames: number[] = [];
      let last: number | null = null;
      const next = (time: number): void => {
        if (last !== null) frames.push(time - last);
        last = time;
        element.scrollTop += 60;
        if (frames.length < 200) requestAnimationFrame(next);
        else resolve(frames);
      };
      requestAnimationFrame(next);
    });
  }, selector);
  const sorted = [...apart].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  const late = sorted.filter((time) => time > 25).length / sorted.length;
  return { count: apart.length, median: at(0.5), p95: at(0.95), late };
}
