import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/**
 * Who may import whom (the house's one picture), read from the import statements themselves.
 * A room lists the folders and files it may import besides itself, and the packages it may name.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));

interface Room {
  readonly may: readonly string[];
  readonly packages: readonly string[] | 'any';
  readonly node: boolean;
}

const modelPublic = [
  'native-models/convert.ts',
  'native-models/runtime/engine.ts',
  'native-models/runtime/upscale-mask.ts',
  'native-models/errors.ts',
  'native-models/half-floats.ts',
  'native-models/names.ts',
  'native-models/quiet-environment.ts',
];

const rooms: Record<string, Room> = {
  'electron/common': { may: ['native-models/names.ts'], packages: ['zod', 'simplify-js'], node: false },
  'electron/backend': {
    may: ['electron/common', 'electron/inference', ...modelPublic],
    packages: ['zod', 'sharp', '@photostructure/sqlite', '@techstark/opencv-js', '@zip.js/zip.js'],
    node: true,
  },
  'electron/build': { may: [], packages: ['spdx-license-list'], node: true },
  'electron/inference': { may: ['electron/common', ...modelPublic], packages: ['zod'], node: true },
  'electron/hosts': {
    may: ['electron/common', 'electron/backend', 'electron/inference', ...modelPublic],
    packages: ['electron', 'ws', 'zod'],
    node: true,
  },
  'native-models/checkpoint': {
    may: ['native-models/errors.ts', 'native-models/half-floats.ts'],
    packages: ['zod'],
    node: true,
  },
  'native-models/onnx': { may: ['native-models/errors.ts'], packages: [], node: true },
  'native-models/pixellm': {
    may: [
      'native-models/onnx',
      'native-models/checkpoint',
      'native-models/names.ts',
      'native-models/quantise.ts',
      'native-models/errors.ts',
    ],
    packages: ['zod'],
    node: true,
  },
  'native-models/runtime': {
    may: [
      'native-models/names.ts',
      'native-models/quiet-environment.ts',
      'native-models/pixellm',
      'native-models/onnx',
      'native-models/half-floats.ts',
      'native-models/quantise.ts',
      'native-models/errors.ts',
    ],
    packages: ['onnxruntime-node', 'zod'],
    node: true,
  },
  'native-models': { may: [], packages: ['zod'], node: true },
  renderer: {
    may: ['electron/common', 'native-models/names.ts'],
    packages: [
      'react',
      'react-dom',
      'konva',
      'zustand',
      'immer',
      'radix-ui',
      'react-resizable-panels',
      '@tanstack/react-virtual',
      'cmdk',
      'lucide-react',
      'zod',
    ],
    node: false,
  },
};

/** A raw thing has one owner: these packages are imported in one file (or one folder, where a trailing slash says so). */
const owners: Record<string, string> = {
  'onnxruntime-node': 'native-models/runtime/',
  '@photostructure/sqlite': 'electron/backend/project/',
  '@techstark/opencv-js': 'electron/backend/assist/',
  electron: 'electron/hosts/',
  ws: 'electron/hosts/',
  konva: 'renderer/canvas/',
};
const oneFile = [
  'onnxruntime-node',
  '@photostructure/sqlite',
  '@techstark/opencv-js',
  '@zip.js/zip.js',
  'sharp',
];

interface Import {
  readonly from: string;
  readonly to: string;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && /\.tsx?$/u.test(entry.name) && !/\.config\.ts$|\.d\.ts$/u.test(entry.name),
    )
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const statements = text.matchAll(
    /(?:^|\n)\s*(?:import|export)[^;'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s*['"]([^'"]+)['"]/gu,
  );
  return [...statements].map((match) => {
    const name = match[1] ?? match[2] ?? match[3] ?? '';
    const to = name.startsWith('.')
      ? relative(root, resolve(root, dirname(file), name))
          .split(sep)
          .join('/')
      : name;
    return { from: file, to };
  });
}

const allFiles = ['electron', 'native-models', 'renderer'].flatMap(sourceFiles);
const allImports = allFiles.flatMap(importsOf);
const packageImports = allImports.filter(({ to }) => !isOwnFile(to));

function roomOf(file: string): [string, Room] {
  const found = Object.entries(rooms)
    .filter(([name]) => file.startsWith(`${name}/`))
    .toSorted(([a], [b]) => b.length - a.length)[0];
  if (!found) throw new Error(`${file} lies in no room`);
  return found;
}

function isOwnFile(to: string): boolean {
  return /^(electron|native-models|renderer|assets|test)\//u.test(to);
}

function packageOf(to: string): string {
  const parts = to.split('/');
  return to.startsWith('@') ? `${parts[0]}/${parts[1]}` : (parts[0] ?? '');
}

function fault({ from, to }: Import): string | null {
  const [name, room] = roomOf(from);
  if (isOwnFile(to)) {
    const allowed =
      to.startsWith(`${name}/`) || room.may.some((place) => to === place || to.startsWith(`${place}/`));
    // A whole room (`native-models`) holds the smaller ones it puts together; nothing else may reach across.
    return allowed ? null : `${from} may not import ${to}`;
  }
  if (to.startsWith('node:')) return room.node ? null : `${from} may not import ${to}`;
  const packageName = packageOf(to);
  const known = room.packages === 'any' || room.packages.includes(packageName);
  return known ? null : `${from} may not import the package ${packageName}`;
}

test('every import stays inside what its room may use', () => {
  expect(allImports.length).toBeGreaterThan(100);
  expect(allImports.map(fault).filter((found) => found !== null)).toEqual([]);
});

test('each raw package has one owner', () => {
  const strays = Object.entries(owners).flatMap(([packageName, owner]) =>
    packageImports.filter(({ from, to }) => packageOf(to) === packageName && !from.startsWith(owner)),
  );
  expect(strays).toEqual([]);
  for (const packageName of oneFile) {
    const files = new Set(
      packageImports.filter(({ to }) => packageOf(to) === packageName).map(({ from }) => from),
    );
    expect({ packageName, files: files.size <= 1 ? [] : [...files] }).toEqual({ packageName, files: [] });
  }
});

test('a file that breaks a rule is caught', () => {
  expect(fault({ from: 'renderer/app.tsx', to: 'node:fs' })).toContain('may not import');
  expect(fault({ from: 'renderer/app.tsx', to: 'electron/backend/backend.ts' })).toContain('may not import');
  expect(fault({ from: 'electron/backend/x.ts', to: 'electron' })).toContain('may not import the package');
  expect(fault({ from: 'native-models/onnx/x.ts', to: 'native-models/pixellm/y.ts' })).toContain('may not');
  expect(fault({ from: 'electron/common/x.ts', to: 'node:path' })).toContain('may not');
  expect(fault({ from: 'electron/backend/x.ts', to: 'native-models/runtime/sampler.ts' })).toContain(
    'may not',
  );
});
