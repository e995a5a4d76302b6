import { readFileSync, writeFileSync } from 'node:fs';
import type { Rectangle } from 'electron';
import { z } from 'zod';

const storedState = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(640).max(20_000),
  height: z.int().min(480).max(20_000),
  isMaximised: z.boolean(),
});

/** Where a window was when it was last closed. */
export type WindowState = z.infer<typeof storedState>;

const usualSize = { width: 1440, height: 900 };
/** So much of the title bar must be on a screen that the window can be dragged back. */
const grip = { width: 120, height: 40 };

/** What was stored, where it still makes sense; a damaged file is as good as none. */
export function readWindowState(file: string): WindowState | null {
  try {
    return storedState.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Losing this is no loss worth a message: the next window opens at its usual size. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    writeFileSync(file, JSON.stringify(state));
  } catch {
    // a full or read-only disk
  }
}

/** Bounds of a new window: the stored ones if its title bar is on one of the screens, else the usual size wherever the system puts it. */
export function initialBounds(
  state: WindowState | null,
  screens: readonly Rectangle[],
): Partial<Rectangle> & { width: number; height: number } {
  if (state === null) return usualSize;
  const { x, y, width, height } = state;
  const isReachable = screens.some(
    (screen) =>
      x + width >= screen.x + grip.width &&
      x <= screen.x + screen.width - grip.width &&
      y >= screen.y - grip.height &&
      y <= screen.y + screen.height - grip.height,
  );
  return isReachable ? { x, y, width, height } : { width, height };
}
