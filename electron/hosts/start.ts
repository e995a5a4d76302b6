import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findElectron, isDownloadSiteReachable } from './start/electron-runtime.ts';
import { neverCameUp, runChild } from './start/run-child.ts';

/**
 * `npm start`: the desktop window where Electron's runtime is there or can be fetched, else the browser door.
 * Words on the command line go to whichever opens.
 */
const installTimeoutMs = 10 * 60_000;
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
  const end = await runChild(program, [join(import.meta.dirname, '..', '..'), ...words]);
  return neverCameUp(end)
    ? openBrowserDoor(`Electron ended at its start (exit code ${end.code}).`)
    : end.code;
}

async function openBrowserDoor(why: string): Promise<number> {
  console.log(`No desktop window: ${why} Serving the app to a browser instead.`);
  const { code } = await runChild(process.execPath, [
    join(import.meta.dirname, 'cli.js'),
    'serve',
    '--open',
    ...words,
  ]);
  return code;
}

function electronPackageFolder(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return null; // installed without development packages
  }
}
