import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const installMinutes = 5;

/**
 * The Chrome, Chromium or Edge the browser tests run in: the one the person names, an installed one, or one
 * fetched now (Playwright's own, else Debian's package where we are root).
 *
 * @returns its executable, or null with the way to get one said by the caller
 */
export function findOrInstallBrowser(): string | null {
  return findBrowser() ?? installedByPlaywright() ?? installedByDebian();
}

/**
 * How every test and bench starts its Chromium: drawing by the processor, as on a machine without a graphics card, and without
 * background networking, so that a browser on a closed network starts quietly. The sandbox is off only for root, where Chromium refuses to start with it.
 */
export const browserFlags: readonly string[] = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function findBrowser(): string | null {
  const named = process.env['PIXELLM_BROWSER'];
  if (named !== undefined && named !== '') return existsSync(named) ? named : null;
  return [...knownPlaces(), chromium.executablePath()].find((path) => existsSync(path)) ?? null;
}

function knownPlaces(): string[] {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  }
  if (process.platform === 'win32') {
    const roots = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map(
      (name) => process.env[name] ?? '',
    );
    const files = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'];
    return roots.filter((root) => root !== '').flatMap((root) => files.map((file) => join(root, file)));
  }
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
  return (process.env['PATH'] ?? '').split(':').flatMap((folder) => names.map((name) => join(folder, name)));
}

function run(command: string, args: string[]): boolean {
  const ended = spawnSync(command, args, {
    stdio: 'ignore',
    timeout: installMinutes * 60_000,
    shell: process.platform === 'win32',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return ended.status === 0;
}

function installedByPlaywright(): string | null {
  console.log('No Chrome, Chromium or Edge found: asking Playwright for its own Chromium ...');
  return run('npx', ['playwright', 'install', 'chromium']) ? findBrowser() : null;
}

function installedByDebian(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return null;
  console.log("Playwright's download did not work: installing Debian's chromium ...");
  run('apt-get', ['update']);
  return run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium']) ? findBrowser() : null;
}
