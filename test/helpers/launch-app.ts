import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser } from '../find-browser.ts';
import { type LaunchOptions, type LaunchedDesktop, launchDesktop } from './electron-standin/launch.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const browser = findBrowser();

/** False where there is no browser to stand in for Electron's. */
export const canLaunchDesktop = browser !== null;

/** Runs the app's built main file on the stand-in, with data folders of its own. */
export async function launchApp(
  folder: string,
  options: Partial<LaunchOptions> = {},
): Promise<LaunchedDesktop> {
  const mainFile = join(root, 'dist', 'node', 'main.js');
  if (browser === null) throw new Error('There is no browser to stand in for Electron.');
  if (!existsSync(mainFile)) throw new Error('The app is not built: run "npm run build" first.');
  process.env['PIXELLM_DATA'] = join(folder, 'data');
  process.env['PIXELLM_PROJECTS'] = join(folder, 'projects');
  return launchDesktop({ mainFile, executablePath: browser, ...options });
}
