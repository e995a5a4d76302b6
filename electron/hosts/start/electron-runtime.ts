import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The program to run for a desktop window, or why there is none, as a sentence. */
export type ElectronRuntime = { readonly path: string } | { readonly path: null; readonly why: string };

export interface RuntimeSearch {
  /** Folder of the installed `electron` package; null when it is not installed. */
  readonly packageFolder: string | null;
  readonly environment: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  /** Whether the place that Electron downloads from answers; asked before a long download is tried. */
  readonly isReachable: (environment: NodeJS.ProcessEnv) => Promise<boolean>;
  readonly installTimeoutMs: number;
  readonly say: (sentence: string) => void;
}

/**
 * Looks for Electron's runtime and fetches it where that can work. `npm ci` does not: the package brings
 * only a script, which is run here, on the first desktop start, and given up on after a while.
 */
export async function findElectron(search: RuntimeSearch): Promise<ElectronRuntime> {
  const { packageFolder, environment } = search;
  const obstacle = obstacleToWindow(search);
  if (obstacle !== null) return { path: null, why: obstacle };
  if (packageFolder === null) return { path: null, why: 'The electron package is not installed.' };
  const installed = await installedPath(packageFolder, environment);
  if (installed !== null) return { path: installed };
  if (!(await search.isReachable(environment))) {
    return { path: null, why: "Electron's runtime is not installed, and its download site does not answer." };
  }
  search.say("Fetching Electron's runtime (once, about 110 MB) ...");
  const problem = await install(packageFolder, search.installTimeoutMs);
  const fetched = await installedPath(packageFolder, environment);
  return fetched === null
    ? { path: null, why: `Electron's runtime could not be fetched: ${problem}.` }
    : { path: fetched };
}

/** Why no window could open here even with the runtime; null when nothing speaks against it. */
function obstacleToWindow({ platform, environment, isRoot }: RuntimeSearch): string | null {
  if (platform !== 'linux') return null;
  const hasScreen = Boolean(environment['DISPLAY'] || environment['WAYLAND_DISPLAY']);
  if (!hasScreen) return 'This session has no screen.';
  return isRoot ? 'Electron does not run as root, since its sandbox would be off.' : null;
}

/** Where the package's own index.js would look. */
async function installedPath(packageFolder: string, environment: NodeJS.ProcessEnv): Promise<string | null> {
  const name = await readFile(join(packageFolder, 'path.txt'), 'utf8').catch(() => null);
  const override = environment['ELECTRON_OVERRIDE_DIST_PATH'];
  if (name === null && !override) return null;
  const path = join(override || join(packageFolder, 'dist'), name ?? 'electron');
  return existsSync(path) ? path : null;
}

/** Runs the package's own installer; returns what went wrong, in a few words. */
async function install(packageFolder: string, timeoutMs: number): Promise<string> {
  const child = spawn(process.execPath, [join(packageFolder, 'install.js')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(0, 4000);
  });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (signal !== null) return `it took longer than ${Math.round(timeoutMs / 1000)} s`;
  return said.split('\n')[0]?.trim().replace(/\.$/u, '') || 'the installer gave no reason';
}

const usualSite = 'https://github.com/electron/electron/releases/';

/** True as well where a proxy decides: only the installer knows how to use one. */
export async function isDownloadSiteReachable(environment: NodeJS.ProcessEnv): Promise<boolean> {
  if (environment['ELECTRON_GET_USE_PROXY']) return true;
  const site = environment['ELECTRON_MIRROR'] || environment['npm_config_electron_mirror'] || usualSite;
  try {
    await fetch(site, { method: 'HEAD', signal: AbortSignal.timeout(8_000) });
    return true;
  } catch {
    return false; // no network, no such host, or nobody answers
  }
}
