import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The parts of electron-builder that read and check a configuration; they ask nobody over the network. */
interface ConfigurationReader {
  getConfig(folder: string, file: string, changes: null): Promise<Configuration>;
  validateConfiguration(configuration: object, logger: object): Promise<void>;
}
interface Configuration {
  /** The reader gathers plain patterns into a set of its own. */
  readonly files: readonly (string | { readonly filter: readonly string[] })[];
  readonly asarUnpack: readonly string[];
  readonly npmRebuild: boolean;
  readonly linux: object;
  readonly mac: object;
  readonly win: object;
}

const requireFromBuilder = createRequire(
  createRequire(import.meta.url).resolve('electron-builder/package.json'),
);
const reader = requireFromBuilder('app-builder-lib/out/util/config/config.js') as ConfigurationReader;
const { DebugLogger } = requireFromBuilder('builder-util') as {
  DebugLogger: new (isEnabled: boolean) => object;
};

async function configuration(): Promise<Configuration> {
  return reader.getConfig(root, 'electron-builder.yml', null);
}

test('electron-builder accepts the configuration, and would refuse a misspelt one', async () => {
  const read = await configuration();
  await expect(reader.validateConfiguration(read, new DebugLogger(false))).resolves.toBeUndefined();
  const misspelt = { ...read, asarUnpacked: [] };
  await expect(reader.validateConfiguration(misspelt, new DebugLogger(false))).rejects.toThrow(
    /asarUnpacked/u,
  );
});

test('nothing is compiled, and what native code opens lies outside the archive', async () => {
  const { npmRebuild, asarUnpack } = await configuration();
  expect(npmRebuild).toBe(false);
  for (const part of ['native-models/bundled', 'onnxruntime-node/bin', 'sqlite/prebuilds', 'sharp', '@img']) {
    expect(asarUnpack.some((pattern) => pattern.includes(part))).toBe(true);
  }
});

test('the Linux package brings one build of the picture library, the one Electron can hold there', async () => {
  const { files, linux, mac, win } = await configuration();
  const patterns = files.flatMap((entry) => (typeof entry === 'string' ? entry : entry.filter));
  expect(patterns).toContain('!node_modules/@img/{sharp-linux,sharp-libvips-linux}*/**');
  expect(patterns.join()).not.toContain('wasm32');
  // A platform's own list of exclusions would begin with everything in the repository, sources and tests included.
  for (const platform of [linux, mac, win]) expect(platform).not.toHaveProperty('files');
});

test('every package that the built app imports is a dependency and is not left out of the package', async () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const excluded = (await configuration()).files
    .flatMap((entry) => (typeof entry === 'string' ? entry : entry.filter))
    .filter((pattern) => pattern.startsWith('!node_modules/') && pattern.endsWith('/**'))
    .flatMap((pattern) => /^!node_modules\/\{?([^}]*?)\}?\/\*\*$/u.exec(pattern)?.[1]?.split(',') ?? []);
  const imported = importedPackages().filter((name) => name !== 'electron');
  expect(excluded).toContain('lucide-react');
  expect(imported).toContain('onnxruntime-node');
  expect(imported.filter((name) => !(name in dependencies))).toEqual([]);
  expect(
    imported.filter((name) => excluded.includes(name) || excluded.includes(name.split('/')[0] ?? '')),
  ).toEqual([]);
});

/** Package names in the import statements of the bundles. */
function importedPackages(): string[] {
  const folder = join(root, 'dist', 'node');
  if (!existsSync(folder)) throw new Error('The app is not built: run "npm run build" first.');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  );
  const names = files.flatMap((file) =>
    [
      ...readFileSync(join(folder, file), 'utf8').matchAll(
        /(?:from|import|import\()\s*["']([^."'][^"']*)["']/gu,
      ),
    ].map(([, name = '']) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    ),
  );
  return [...new Set(names)].filter((name) => !isBuiltin(name) && /^[@\w-]/u.test(name));
}
