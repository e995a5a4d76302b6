import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The browser tests (test/e2e) run under Playwright, not here.
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: ['test/e2e/**'],
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    isolate: true,
  },
});
