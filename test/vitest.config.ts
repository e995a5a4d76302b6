import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './longest-first.ts';

/**
 * Test files with a process of their own: they run the app's main file or graphs on a card's driver in it, replace a package, or measure it. All others share
 * one a core, whose start and packages cost a third of a second of processor time a file; shared-process.ts makes them begin alike.
 */
const alone = [
  'test/campaign/**/*.test.ts',
  'test/parity/**/*.test.ts',
  'test/electron/hosts/desktop/**/*.test.ts',
  'test/electron/hosts/menu-actions.test.ts',
  // koffi keeps the names of types for its process.
  'test/native-models/runtime/**/*.test.ts',
];
// The browser tests run under Playwright.
const exclude = ['test/e2e/**'];

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    globalSetup: ['test/own-temporary-folder.ts'],
    // One more than the cores of a small machine: those that wait for a disk or a process leave theirs to another.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'alone', include: alone, exclude } },
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...exclude, ...alone],
          isolate: false,
          setupFiles: ['test/shared-process.ts'],
        },
      },
    ],
  },
});
