import { availableParallelism, loadavg } from 'node:os';
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
  /** Programs that wanted a processor meanwhile, on average of the last minute: above `processors` wall times say little. */
  readonly load: number;
}

export interface Moves {
  readonly pan: Measured;
  readonly zoom: Measured;
  readonly brush: Measured;
  readonly commit: Repeated;
  readonly undo: Repeated;
  readonly redo: Repeated;
  readonly opacity: Measured;
  readonly hide: Measured;
}

/** Something done a few times: the work of each, and the processor time of each with all that follows it. */
export interface Repeated {
  readonly work: Spread;
  readonly processor: Spread;
}

/** Brush diameter of the budget, image pixels. */
const brushDiameter = 300;
const repeats = 3;

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
  const load = loadavg()[0] ?? 0;
  return { openFirstMs, openAgainMs, atFit, at100, memory, processors: availableParallelism(), load };
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
  await page.waitForTimeout(600);
  const pan = await panning(page);
  const zoom = await zooming(page);
  await page.keyboard.press('0');
  await page.keyboard.press(key);
  await page.waitForTimeout(600);
  await selectMiddle(page);
  await takeTool(page, 'b');
  await setBrush(page);
  const strokes = await strokesOn(page);
  const opacity = await pressed(page, ',', 4, 250);
  const hide = await pressed(page, 'h', repeats, 250);
  return { pan, zoom, ...strokes, opacity, hide };
}

async function strokesOn(page: Page): Promise<Pick<Moves, 'brush' | 'commit' | 'undo' | 'redo'>> {
  const brushes: Measured[] = [];
  const commits: Measured[] = [];
  const undos: Measured[] = [];
  const redos: Measured[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    brushes.push(await brushing(page));
    commits.push(await finishStroke(page));
    undos.push(await pressed(page, 'Control+z', 1, 250));
    redos.push(await pressed(page, 'Control+Shift+z', 1, 250));
    undos.push(await pressed(page, 'Control+z', 1, 250));
  }
  const middle = brushes.toSorted((a, b) => a.work.p95 - b.work.p95)[Math.floor(repeats / 2)];
  if (middle === undefined) throw new Error('No stroke was measured.');
  return { brush: middle, commit: repeated(commits), undo: repeated(undos), redo: repeated(redos) };
}

function repeated(measurements: readonly Measured[]): Repeated {
  return {
    work: spreadOf(measurements.map(({ work }) => work.largest)),
    processor: spreadOf(measurements.map(({ processor }) => processor)),
  };
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
