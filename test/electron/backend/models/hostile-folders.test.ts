import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeModel } from '../../../../electron/backend/models/model-folders.ts';
import { unpickle } from '../../../../native-models/checkpoint/pickle.ts';
import { aModelFolder } from '../../../helpers/a-model-folder.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

/** A sound folder after a change, as the list shows it. */
async function listed(change: (folder: string) => Promise<unknown>) {
  const folder = await aModelFolder(join(await temporaryFolder(), 'model'), { summary: 'Knows cups.' });
  await change(folder);
  return describeModel(folder, false);
}

const manifestWith =
  (change: (manifest: { network: { language: object } }) => void) => async (folder: string) => {
    const path = join(folder, 'manifest.json');
    const manifest = JSON.parse(await readFile(path, 'utf8')) as { network: { language: object } };
    change(manifest);
    await writeFile(path, JSON.stringify(manifest));
  };

test('of a README of 300 MB its beginning is shown', async () => {
  const model = await listed(async (folder) => {
    await writeFile(join(folder, 'README.md'), '# Huge\n');
    await truncate(join(folder, 'README.md'), 300_000_000);
  });
  expect(model.problem).toBeNull();
  expect(model.card?.text.startsWith('# Huge\n')).toBe(true);
  expect(model.card?.text).toContain('the file has 300 MB');
  expect(model.card?.text.length).toBeLessThan(300_000);
});

test.skipIf(process.platform === 'win32')(
  'pipes in place of README, card or manifest are not waited for',
  async () => {
    for (const name of ['README.md', 'model-card.json', 'manifest.json']) {
      const model = await listed(async (folder) => {
        await rm(join(folder, name), { force: true });
        execFileSync('mkfifo', [join(folder, name)]);
      });
      if (name === 'manifest.json') expect(model.problem).toContain('a pipe or a device');
      else expect(model.problem).toBeNull();
    }
  },
);

test.each<[string, (folder: string) => Promise<unknown>, string]>([
  [
    'a million layers',
    manifestWith(({ network }) => Object.assign(network.language, { layers: 1e6 })),
    'layers',
  ],
  [
    'a width beyond all numbers',
    manifestWith(({ network }) => Object.assign(network.language, { hidden: 2 ** 53 })),
    'hidden',
  ],
  [
    'a name of 10 MB',
    manifestWith((manifest) => Object.assign(manifest, { name: 'n'.repeat(1e7) })),
    '10 MB',
  ],
  [
    'a folder in its place',
    async (folder) => {
      await rm(join(folder, 'manifest.json'));
      await mkdir(join(folder, 'manifest.json'));
    },
    'a folder, not a file',
  ],
  [
    'a pointer in its place',
    (folder) =>
      writeFile(
        join(folder, 'manifest.json'),
        'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n',
      ),
    'Git LFS pointer',
  ],
])('a manifest with %s is named and nothing is worked out from it', async (_, change, fact) => {
  expect((await listed(change)).problem).toContain(fact);
});

test('a weight that is a pointer is named as such', async () => {
  const model = await listed((folder) =>
    writeFile(
      join(folder, 'decoder.data'),
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 4900000000\n',
    ),
  );
  expect(model.problem).toContain('Git LFS pointer, not the file of 4900000000 bytes');
});

test('a pickle of forty million instructions is given up early', () => {
  const rules = { path: 'endless.bin', call: () => null, persistent: () => null };
  const bytes = Buffer.alloc(40_000_000, 'N0', 'latin1');
  expect(() => unpickle(bytes, 0, rules)).toThrow('it goes on without end');
});
