import { defineConfig } from '@playwright/test';
import { browserFlags, findBrowser } from '../find-browser.ts';
import { type Door, electronBinary } from './studio.ts';

const executablePath = findBrowser();

/** The whole app in a real Chromium, through the browser door. */
export default defineConfig<object, { door: Door }>({
  testDir: '.',
  // Emptied when it starts: other tests keep things beside it.
  outputDir: '../../test-results/e2e',
  // Each test has an app and folders of its own, so two go at once, of one file too.
  workers: 2,
  fullyParallel: true,
  // The same scripts run in Electron wherever its binary was fetched.
  projects: [
    { name: 'browser', use: { door: 'browser' } },
    ...(electronBinary() === null ? [] : [{ name: 'desktop', use: { door: 'desktop' as const } }]),
  ],
  timeout: 180_000,
  expect: { timeout: 20_000 },
  forbidOnly: process.env['CI'] !== undefined,
  use: {
    viewport: { width: 1440, height: 900 },
    actionTimeout: 15_000,
    // A trace is half of the processor time, so it is kept only where nobody can run the test again with --trace on.
    trace:
      process.env['CI'] === undefined
        ? 'off'
        : { mode: 'retain-on-failure', screenshots: false, snapshots: true },
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath === null ? {} : { executablePath }),
      args: [...browserFlags],
    },
  },
});
