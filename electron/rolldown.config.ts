import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type RolldownOptions } from 'rolldown';

/**
 * The Node side of the app and the scripts of the test room. Packages stay outside the bundles (native ones must), except in the preload:
 * a sandboxed preload may require nothing but 'electron', and must be CommonJS.
 */
const root = fileURLToPath(new URL('..', import.meta.url));

const appEntries = {
  main: 'electron/hosts/main.ts',
  start: 'electron/hosts/start.ts',
  cli: 'electron/hosts/cli.ts',
  dev: 'electron/hosts/dev.ts',
  inference: 'electron/inference/inference.ts',
  'assist-worker': 'electron/backend/assist/assist-worker.ts',
  'check-worker': 'electron/backend/project/check-worker.ts',
};
const testEntries = {
  run: 'test/run.ts',
  parity: 'test/parity/cli.ts',
  bench: 'test/bench/cli.ts',
  'bench-victim': 'test/bench/import/victim.ts',
};

const isPackage = /^(?![./]|[a-z]:[\\/])/iu;

function bundle(folder: string, entries: Record<string, string>): RolldownOptions {
  const present = Object.entries(entries).filter(([, file]) => existsSync(`${root}${file}`));
  return {
    cwd: root,
    input: Object.fromEntries(present),
    platform: 'node',
    external: isPackage,
    output: {
      dir: `dist/${folder}`,
      format: 'esm',
      sourcemap: true,
      cleanDir: true,
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name]-[hash].js',
    },
  };
}

const preload: RolldownOptions = {
  cwd: root,
  input: { preload: 'electron/hosts/preload.ts' },
  platform: 'node',
  external: ['electron', 'electron/renderer'],
  output: {
    dir: 'dist/preload',
    format: 'cjs',
    sourcemap: false,
    cleanDir: true,
    entryFileNames: '[name].cjs',
  },
};

export default defineConfig([
  bundle('node', appEntries),
  ...(existsSync(`${root}electron/hosts/preload.ts`) ? [preload] : []),
  ...(Object.values(testEntries).some((file) => existsSync(`${root}${file}`))
    ? [bundle('test', testEntries)]
    : []),
]);
