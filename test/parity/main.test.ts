import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { goldenFolder } from '../native-models/runtime/golden-folder.ts';
import { main } from './main.ts';

test('a folder whose numbers were changed fails, and says which rung', async () => {
  const folder = await aSmallGoldenFolder();
  const file = path.join(folder, 'cases', 'ev_unk', 'combined_mask.npy');
  const bytes = await readFile(file);
  bytes.writeFloatLE(bytes.readFloatLE(bytes.length - 4) + 0.01, bytes.length - 4);
  await writeFile(file, bytes);

  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const code = await main([folder, '--json']);
  const report = JSON.parse(String(log.mock.calls[0]?.[0])) as {
    failed: number;
    rungs: { name: string; passed: boolean; maxAbs: number }[];
  };
  log.mockRestore();
  expect(code).toBe(1);
  const failed = report.rungs.filter((rung) => !rung.passed);
  expect(failed.map((rung) => rung.name)).toContain('combined_mask (answer)');
  expect(failed.find((rung) => rung.name === 'combined_mask (answer)')?.maxAbs).toBeCloseTo(0.01, 3);
});

test.each([
  { argv: [], said: 'Usage' },
  { argv: ['/nowhere'], said: 'cannot be used' },
  { argv: ['a', 'b'], said: 'One folder' },
  { argv: ['a', '--precision', 'fp64'], said: 'no precision fp64' },
  { argv: ['a', '--provider', 'abacus'], said: 'no provider abacus' },
  { argv: ['a', '--verbose'], said: '--verbose' },
])('bad arguments are named: $argv', async ({ argv, said }) => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect(await main(argv)).toBe(2);
  expect(String(error.mock.calls[0]?.[0])).toContain(said);
  error.mockRestore();
});

/** One case of the golden folder, to be changed. */
async function aSmallGoldenFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'golden-'));
  for (const part of ['model', 'openai', 'cases/ev_unk', 'images'])
    await cp(path.join(goldenFolder, part), path.join(folder, part), { recursive: true });
  const manifest = JSON.parse(await readFile(path.join(goldenFolder, 'manifest.json'), 'utf8')) as {
    cases: { name: string }[];
    images: unknown;
    globals: unknown;
  };
  manifest.cases = manifest.cases.filter((example) => example.name === 'ev_unk');
  await writeFile(
    path.join(folder, 'manifest.json'),
    JSON.stringify({ ...manifest, images: {}, globals: {} }),
  );
  return folder;
}
