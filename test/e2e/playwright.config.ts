import { defineConfig } from '@playwright/test';
import { findBrowser } from '../find-browser.ts';
import { type Door, electronBinary } from './studio.ts';

const executablePath = findBrowser();

/**
 * The whole app in a real Chromium, through the browser door. Background networking is off so that a browser on a closed
 * network starts quietly; the sandbox is off only for root, where Chromium refuses to start with it.
 */
export default defineConfig<object, { door: Door }>({
  testDir: '.',
  outputDir: '../../test-results',
  workers: 1,
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
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath === null ? {} : { executablePath }),
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
