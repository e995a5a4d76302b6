import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findElectron, isDownloadSiteReachable } from './start/electron-runtime.ts';

/**
 * `npm start`: the desktop window where Electron's runtime is there or can be fetched, else the browser door.
 * Words on the command line go to whichever opens.
 */
const installTimeoutMs = 10 * 60_000;
/** A window that ends in failure sooner than this never came up. */
const startUpMs = 10_000;

const words = process.argv.slice(2);
const electron = await findElectron({
  packageFolder: electronPackageFolder(),
  environment: process.env,
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  isReachable: isDownloadSiteReachable,
  installTimeoutMs,
  say: (sentence) => console.log(sentence),
});
process.exitCode =
  electron.path === null ? await openBrowserDoor(electron.why) : await openWindow(electron.path);

async function openWindow(program: string): Promise<number> {
  const startedAt = Date.now();
  const code = await run(program, [join(import.meta.dirname, '..', '..'), ...words]);
  const neverCameUp = code !== 0 && Date.now() - startedAt < startUpMs;
  return neverCameUp ? openBrowserDoor(`Electron ended at its start (${code}).`) : code;
}

function openBrowserDoor(why: string): Promise<number> {
  console.log(`No desktop window: ${why} Serving the app to a browser instead.`);
  return run(process.execPath, [join(import.meta.dirname, 'cli.js'), 'serve', '--open', ...words]);
}

/** Hands the terminal over and returns the exit code. */
async function run(program: string, args: readonly string[]): Promise<number> {
  const child = spawn(program, args, { stdio: 'inherit' });
  // A terminal's Ctrl-C reaches the child by itself; a signal sent to this process alone is passed on.
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal);
  const stay = (): void => undefined;
  process.on('SIGTERM', passOn);
  process.on('SIGINT', stay);
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return code ?? (signal === 'SIGINT' ? 130 : 1);
  } finally {
    process.off('SIGTERM', passOn);
    process.off('SIGINT', stay);
  }
}

function electronPackageFolder(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return null; // installed without development packages
  }
}
