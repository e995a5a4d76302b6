import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { noticesPage, shippedPackages } from '../../../electron/build/third-party-notices.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

interface MadeUpPackage {
  readonly licence?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly lock?: object;
}

function aTree(packages: Readonly<Record<string, MadeUpPackage>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'pixellm-notices-'));
  const lock: Record<string, object> = { '': {} };
  for (const [name, { licence, files = {}, lock: entry = {} }] of Object.entries(packages)) {
    const place = `node_modules/${name}`;
    lock[place] = { version: '1.0.0', ...entry };
    mkdirSync(join(folder, place), { recursive: true });
    const stated = { name, version: '1.0.0', ...(licence === undefined ? {} : { license: licence }) };
    for (const [file, text] of Object.entries({ ...files, 'package.json': JSON.stringify(stated) })) {
      writeFileSync(join(folder, place, file), text);
    }
  }
  lock['node_modules/of-another-system'] = { version: '1.0.0' };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: lock }));
  return folder;
}

test('what is for development alone or not installed here is not in the list', () => {
  const tree = aTree({
    shipped: { licence: 'MIT' },
    tool: { licence: 'MIT', lock: { dev: true } },
    'tool-of-both': { licence: 'MIT', lock: { devOptional: true } },
  });
  expect(shippedPackages(tree).map(({ name }) => name)).toEqual(['shipped']);
});

test('a text that several packages carry stands once, under all their names', () => {
  const files = { LICENSE: 'Do as you like.\n', 'readme.md': 'not this' };
  const page = noticesPage(
    shippedPackages(aTree({ b: { licence: 'MIT', files }, a: { licence: 'MIT', files } })),
  );
  expect(page.split('Do as you like.')).toHaveLength(2);
  expect(page).toContain('a 1.0.0, b 1.0.0');
  expect(page).not.toContain('not this');
});

test('a package without a text gets the standard text of what it states', () => {
  const page = noticesPage(shippedPackages(aTree({ bare: { licence: '(MIT OR CC0-1.0)' } })));
  expect(page).toMatch(/Permission is hereby granted, free of charge/u);
  expect(page).toMatch(/CC0 1\.0 Universal/u);
});

test('a package under the LGPL is named apart, with what is compiled into it and the licence itself', () => {
  const files = { LICENSE: 'Apache', 'versions.json': '{"vips": "8.18.7"}' };
  const page = noticesPage(
    shippedPackages(aTree({ decoder: { licence: 'Apache-2.0 AND LGPL-3.0-or-later', files } })),
  );
  expect(page).toContain('  decoder 1.0.0: vips 8.18.7');
  expect(page).toMatch(/GNU LESSER GENERAL PUBLIC LICENSE/u);
});

test('a package that states no licence, or one nobody knows, stops the build', () => {
  expect(() => shippedPackages(aTree({ unstated: {} }))).toThrow(/unstated.*names no licence/u);
  expect(() => noticesPage(shippedPackages(aTree({ odd: { licence: 'SEE-ELSEWHERE' } })))).toThrow(
    /no standard text for the licence "SEE-ELSEWHERE"/u,
  );
});

test('the page of the real tree names what the page and the packages contain', () => {
  const page = noticesPage(shippedPackages(root));
  for (const name of ['react-dom', 'konva', 'onnxruntime-node', 'sharp', 'ws', 'zod']) {
    expect(page).toMatch(new RegExp(`^${name} [\\d.]+: `, 'mu'));
  }
  expect(page).toMatch(/libvips/u);
  expect(page).not.toMatch(/^vitest /mu);
});
