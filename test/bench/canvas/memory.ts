import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';

export interface MemoryUse {
  /** Megabytes of resident memory: the page's own process, the browser's other processes, the app's server. */
  readonly page: number;
  readonly restOfBrowser: number;
  readonly server: number;
}

/** Null where the system does not tell (only Linux does here). */
export async function memoryUse(browser: Browser, serverId: number | undefined): Promise<MemoryUse | null> {
  if (!existsSync('/proc/self/statm') || serverId === undefined) return null;
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = await Promise.all(
    processInfo.map(async ({ id, type }) => ({ type, size: await residentMegabytes(id) })),
  );
  const sum = (isWanted: (type: string) => boolean): number =>
    sizes.filter(({ type }) => isWanted(type)).reduce((total, { size }) => total + size, 0);
  return {
    // Chromium keeps a spare process for the next page; the page's is the largest.
    page: Math.max(...sizes.filter(({ type }) => type === 'renderer').map(({ size }) => size)),
    restOfBrowser: sum((type) => type !== 'renderer'),
    server: await residentMegabytes(serverId),
  };
}

async function residentMegabytes(processId: number): Promise<number> {
  const status = await readFile(`/proc/${processId}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/mu.exec(status)?.[1] ?? 0) / 1024;
}
