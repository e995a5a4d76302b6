import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type RuntimeSearch, findElectron } from '../../../../electron/hosts/start/electron-runtime.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

/** A search on a Linux desktop, for the package in `packageFolder`. */
function aSearch(packageFolder: string | null, changes: Partial<RuntimeSearch> = {}): RuntimeSearch {
  return {
    packageFolder,
    environment: { DISPLAY: ':0' },
    platform: 'linux',
    isRoot: false,
    isReachable: async () => true,
    installTimeoutMs: 30_000,
    say: () => undefined,
    ...changes,
  };
}

/** The electron package as npm leaves it: an installer, no runtime. */
async function aPackage(installer: string): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'package.json'), '{"type":"commonjs"}');
  await writeFile(join(folder, 'install.js'), installer);
  return folder;
}

const workingInstaller = `
  const fs = require('node:fs'), path = require('node:path');
  fs.mkdirSync(path.join(__dirname, 'dist'));
  fs.writeFileSync(path.join(__dirname, 'dist', 'electron'), '');
  fs.writeFileSync(path.join(__dirname, 'path.txt'), 'electron');
`;

test('a runtime that is there is used without running the installer', async () => {
  const folder = await aPackage('throw new Error("must not run")');
  await mkdir(join(folder, 'dist'));
  await writeFile(join(folder, 'dist', 'electron'), '');
  await writeFile(join(folder, 'path.txt'), 'electron');
  expect(await findElectron(aSearch(folder))).toEqual({ path: join(folder, 'dist', 'electron') });
});

test('a runtime that was put somewhere else is found by ELECTRON_OVERRIDE_DIST_PATH', async () => {
  const elsewhere = await temporaryFolder();
  await writeFile(join(elsewhere, 'electron'), '');
  const environment = { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: elsewhere };
  const search = aSearch(await aPackage('process.exit(1)'), { environment });
  expect(await findElectron(search)).toEqual({ path: join(elsewhere, 'electron') });
});

test('a missing runtime is fetched once, with a word about it', async () => {
  const folder = await aPackage(workingInstaller);
  const said: string[] = [];
  const search = aSearch(folder, { say: (sentence) => said.push(sentence) });
  expect(await findElectron(search)).toEqual({ path: join(folder, 'dist', 'electron') });
  expect(await findElectron(search)).toEqual({ path: join(folder, 'dist', 'electron') });
  expect(said).toEqual([expect.stringContaining('once, about 110 MB')]);
});

test.each([
  [
    'an installer that fails',
    'console.error("Error: 404 Not Found"); process.exit(1)',
    60_000,
    /could not be fetched: Error: 404 Not Found\./u,
  ],
  [
    'an installer that claims success without a runtime',
    '',
    60_000,
    /could not be fetched: the installer gave no reason/u,
  ],
  [
    'an installer that hangs',
    'setInterval(() => {}, 1000)',
    1_500,
    /could not be fetched: it took longer than \d+ s/u,
  ],
])('%s ends in one sentence', async (_what, installer, installTimeoutMs, sentence) => {
  const found = await findElectron(aSearch(await aPackage(installer), { installTimeoutMs }));
  expect(found).toEqual({ path: null, why: expect.stringMatching(sentence) });
});

test('without a network the installer is not even tried', async () => {
  const search = aSearch(await aPackage(workingInstaller), { isReachable: async () => false });
  expect(await findElectron(search)).toEqual({ path: null, why: expect.stringContaining('does not answer') });
});

test.each([
  ['no screen', { environment: {} }, 'This session has no screen.'],
  ['root', { isRoot: true }, 'Electron does not run as root, since its sandbox would be off.'],
])('with %s nothing is fetched', async (_what, changes, why) => {
  expect(await findElectron(aSearch(await aPackage(workingInstaller), changes))).toEqual({ path: null, why });
});

test('an installation without the electron package says so', async () => {
  expect(await findElectron(aSearch(null))).toEqual({
    path: null,
    why: 'The electron package is not installed.',
  });
});
