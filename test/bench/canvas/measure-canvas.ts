import type { Page } from 'playwright-core';
import { brushing, finishStroke, panning, pressed, zooming } from './gestures.ts';
import { type Measured, type Spread, spreadOf, surfaceOf } from './measure.ts';
import { type MemoryUse, memoryUse } from './memory.ts';
import type { OpenApp } from './open-app.ts';

export interface CanvasFigures {
  /** Milliseconds from the page's first byte to the whole picture with its masks: first time, and with the tiles made. */
  readonly openFirstMs: number;
  readonly openAgainMs: number;
  readonly atFit: Moves;
  readonly at100: Moves;
  readonly memory: MemoryUse | null;
  readonly processors: number;
}

export interface Moves {
  readonly pan: Measured;
  readonly zoom: Measured;
  readonly brush: Measured;
  readonly commit: Spread;
  readonly undo: Spread;
  readonly redo: Spread;
  readonly opacity: Spread;
  readonly hide: Spread;
}

/** Brush diameter of the budget, image pixels. */
const brushDiameter = 300;
const repeats = 5;

export async function measureCanvas(app: OpenApp): Promise<CanvasFigures> {
  const first = await app.newPage();
  const openFirstMs = await openedIn(first, app.address);
  // The first address carries a token; what let this window in lets the next ones in too.
  const again = first.url();
  await first.close();
  const page = await app.newPage();
  const openAgainMs = await openedIn(page, again);
  await page.waitForTimeout(1_000);
  const atFit = await moves(page, '0');
  const at100 = await moves(page, '1');
  const memory = await memoryUse(app.browser, app.server.pid);
  const processors = (await import('node:os')).availableParallelism();
  return { openFirstMs, openAgainMs, atFit, at100, memory, processors };
}

/** The canvas itself marks when the picture is whole. */
async function openedIn(page: Page, address: string): Promise<number> {
  await page.goto(address);
  const shown = await page.waitForFunction(
    () => performance.getEntriesByName('picture-shown')[0]?.startTime,
    null,
    {
      timeout: 120_000,
      polling: 50,
    },
  );
  return Number(await shown.jsonValue());
}

/** All gestures at the zoom that `key` chooses: fitted or 100 %. */
async function moves(page: Page, key: '0' | '1'): Promise<Moves> {
  await takeTool(page, 'v');
  await page.keyboard.press('0');
  await page.keyboard.press(key);
  await page.waitForTimeout(800);
  const pan = await panning(page);
  const zoom = await zooming(page);
  await page.keyboard.press('0');
  await page.keyboard.press(key);
  await page.waitForTimeout(800);
  await selectMiddle(page);
  await takeTool(page, 'b');
  await setBrush(page);
  const strokes = await strokesOn(page);
  const opacity = await pressed(page, ',', 4, 250);
  const hide = await pressed(page, 'h', repeats, 250);
  return { pan, zoom, ...strokes, opacity: opacity.work, hide: hide.work };
}

async function strokesOn(page: Page): Promise<Pick<Moves, 'brush' | 'commit' | 'undo' | 'redo'>> {
  const brushes: Measured[] = [];
  const commits: number[] = [];
  const undos: number[] = [];
  const redos: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    brushes.push(await brushing(page));
    commits.push((await finishStroke(page)).work.largest);
    undos.push((await pressed(page, 'Control+z', 1, 250)).work.largest);
    redos.push((await pressed(page, 'Control+Shift+z', 1, 250)).work.largest);
    undos.push((await pressed(page, 'Control+z', 1, 250)).work.largest);
  }
  const middle = brushes.toSorted((a, b) => a.work.p95 - b.work.p95)[Math.floor(repeats / 2)];
  if (middle === undefined) throw new Error('No stroke was measured.');
  return { brush: middle, commit: spreadOf(commits), undo: spreadOf(undos), redo: spreadOf(redos) };
}

async function takeTool(page: Page, key: string): Promise<void> {
  await page.locator('[data-canvas-surface]').focus();
  await page.keyboard.press(key);
}

/** The target in the middle of the picture lies beside its own hole. */
async function selectMiddle(page: Page): Promise<void> {
  const { x, y, height } = await surfaceOf(page);
  for (let away = 0; away < height / 2; away += 12) {
    await page.mouse.click(x, y - away);
    await page.waitForTimeout(60);
    const isSelected = await page.getByRole('button', { name: 'Clean up' }).isEnabled();
    if (isSelected) return;
  }
  throw new Error('No target lies above the middle of the picture.');
}

async function setBrush(page: Page): Promise<void> {
  const box = page.getByLabel('Brush size in pixels');
  await box.fill(String(brushDiameter));
  await box.press('Enter');
  await page.locator('[data-canvas-surface]').focus();
}
