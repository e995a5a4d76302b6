import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './longest-first.ts';

/**
 * Rooms whose tests leave nothing behind in the modules they load: their files share a process, in which each module is loaded once
 * instead of once a file (of a third of a second to a second each). A test that replaces a module, a global or the environment for good
 * belongs into a room with a process a file.
 */
const together = ['backend', 'common'].map((room) => `test/electron/${room}/**/*.test.ts`);
together.push('test/renderer/**/*.test.{ts,tsx}', 'test/check/*.test.ts');

// The browser tests (test/e2e) run under Playwright, not here.
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'alone',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/e2e/**', ...together],
          isolate: true,
        },
      },
      { extends: true, test: { name: 'together', include: together, isolate: false } },
    ],
  },
});
