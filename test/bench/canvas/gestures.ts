import type { Page } from 'playwright-core';
import { type Measured, measured, surfaceOf } from './measure.ts';

/** What a person does on the canvas, each with its measurement. The image is on the screen and nothing is selected. */

export async function panning(page: Page): Promise<Measured> {
  const { x, y } = await surfaceOf(page);
  await page.mouse.move(x, y);
  return measured(page, 'wheel', async () => {
    for (let step = 0; step < 90; step++) {
      await page.mouse.wheel(23 * Math.cos(step / 12), 17 * Math.sin(step / 9));
    }
  });
}

export async function zooming(page: Page): Promise<Measured> {
  const { x, y } = await surfaceOf(page);
  await page.mouse.move(x + 40, y + 25);
  await page.keyboard.down('Control');
  const result = await measured(page, 'wheel', async () => {
    // As a trackpad's pinch comes: many small steps, in and out again.
    for (let step = 0; step < 90; step++) await page.mouse.wheel(0, step < 45 ? -6 : 6);
  });
  await page.keyboard.up('Control');
  return result;
}

/** A long wavy stroke, held down all the time; the button is released by `finishStroke`. */
export async function brushing(page: Page): Promise<Measured> {
  const { x, y, width, height } = await surfaceOf(page);
  await page.mouse.move(x - width / 3, y);
  await page.mouse.down();
  return measured(page, 'pointermove', async () => {
    for (let step = 0; step <= 160; step++) {
      const along = step / 160;
      await page.mouse.move(x + width * 0.66 * (along - 0.5), y + (height / 3) * Math.sin(along * 14));
    }
  });
}

export function finishStroke(page: Page): Promise<Measured> {
  return measured(page, 'pointerup', () => page.mouse.up());
}

export async function pressed(page: Page, keys: string, times: number, between = 120): Promise<Measured> {
  return measured(page, 'keydown', async () => {
    for (let time = 0; time < times; time++) {
      await page.keyboard.press(keys);
      await page.waitForTimeout(between);
    }
  });
}
