import { execFile } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

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

/** How electron-builder picks files of packages. */
const { FileMatcher, excludedExts } = requireFromBuilder('app-builder-lib/out/fileMatcher.js') as {
  FileMatcher: new (
    from: string,
    to: string,
    expand: (pattern: string) => string,
    patterns: readonly string[],
  ) => { createFilter(): (file: string, stat: Stats) => boolean };
  excludedExts: string;
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
  const imported = [...new Set(importedNames().map(({ name }) => packageOf(name)))];
  expect(excluded).toContain('lucide-react');
  expect(imported).toContain('onnxruntime-node');
  expect(imported.filter((name) => !(name in dependencies))).toEqual([]);
  expect(
    imported.filter((name) => excluded.includes(name) || excluded.includes(name.split('/')[0] ?? '')),
  ).toEqual([]);
});

test('every package loads from the files that are kept of it, as the built app loads it', async () => {
  const folder = await temporaryFolder();
  const isKept = await keptFiles();
  const names = importedNames();
  for (const name of withTheirOwn([...new Set(names.map((each) => packageOf(each.name)))]))
    cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), {
      recursive: true,
      filter: isKept,
    });
  const file = join(folder, 'app.mjs');
  await writeFile(
    file,
    `import { createRequire } from 'node:module';
    const failures = {};
    for (const { name, how } of ${JSON.stringify(names)})
      try { how === 'import' ? await import(name) : createRequire(import.meta.url)(name); }
      catch (cause) { failures[name] = cause.message; }
    console.log(JSON.stringify(failures));
    process.exit(0);`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [file]);
  expect(names.map(({ name }) => name)).toEqual(expect.arrayContaining(['koffi', 'onnxruntime-node', 'zod']));
  expect(JSON.parse(stdout)).toEqual({});
}, 120_000);

/** Whether electron-builder takes a file of node_modules along on this system. */
async function keptFiles(): Promise<(file: string) => boolean> {
  const excluded = (await configuration()).files
    .flatMap((entry) => (typeof entry === 'string' ? entry : entry.filter))
    // The picture library's own build is left out for Electron alone, which is given another (desktop/portable-pictures.ts); this is Node.
    .filter((pattern) => pattern.startsWith('!') && !pattern.includes('node_modules/@img/'));
  const expand = (pattern: string): string =>
    pattern.replaceAll('${platform}', process.platform).replaceAll('${arch}', process.arch);
  // Its own default exclusions come last: sources of native code, declarations and the like.
  const matcher = new FileMatcher(root, root, expand, ['**/*', ...excluded, `!**/*.{${excludedExts}}`]);
  const filter = matcher.createFilter();
  return (file) => filter(file, statSync(file));
}

/** These packages and all that they depend on and that is installed. */
function withTheirOwn(names: readonly string[]): string[] {
  const all = new Set(names);
  for (const name of all) {
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
      readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'),
    ) as Partial<Record<'dependencies' | 'optionalDependencies', object>>; // npm's own file
    for (const other of Object.keys({ ...dependencies, ...optionalDependencies }))
      if (existsSync(join(root, 'node_modules', other))) all.add(other);
  }
  return [...all];
}

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

/** What the bundles load from packages, Electron aside. */
function importedNames(): { readonly name: string; readonly how: 'import' | 'require' }[] {
  const folder = join(root, 'dist', 'node');
  if (!existsSync(folder)) throw new Error('The app is not built: run "npm run build" first.');
  const text = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
  const found = (pattern: RegExp): string[] =>
    [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))].filter(
      (name) => !isBuiltin(name) && /^[@\w-]/u.test(name) && packageOf(name) !== 'electron',
    );
  return [
    ...found(/(?:from|import|import\()\s*["']([^."'][^"']*)["']/gu).map(
      (name) => ({ name, how: 'import' }) as const,
    ),
    ...found(/createRequire\(import\.meta\.url\)(?:\.resolve)?\(["']([^."'][^"']*)["']\)/gu).map(
      (name) => ({ name, how: 'require' }) as const,
    ),
  ];
}
