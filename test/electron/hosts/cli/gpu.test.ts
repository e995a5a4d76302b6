import { expect, test } from 'vitest';
import { linesOf } from '../../../../electron/hosts/cli/gpu.ts';
import { runPixellm } from '../../../helpers/run-pixellm.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { aTestBackend } from '../../../helpers/test-backend.ts';

test('says of each provider what is missing, and how to get it', async () => {
  const { code, out } = await runPixellm(['gpu'], {
    backend: aTestBackend(),
    folder: await temporaryFolder(),
  });
  expect(code).toBe(0);
  expect(out).toMatch(/^Card: /u);
  expect(out).toContain('NVIDIA driver: ');
  expect(out).toContain('The CPU: nothing is known to be missing');
});

test('a folder that is no model is told as one, not as a bug', async () => {
  const surroundings = { backend: aTestBackend(), folder: await temporaryFolder() };
  const { code, err } = await runPixellm(['gpu', '--measure', 'nosuch'], surroundings);
  expect(code).toBe(1);
  expect(err).toMatch(/nosuch is not a model: it has no manifest\.json/u);
});

test('of several cards it is said which one is taken, and how to take another', () => {
  const card = { name: 'NVIDIA H100', totalBytes: 80e9, freeBytes: 70e9 };
  const report = { nvidiaDriver: '580.65.06', vulkanDrivers: [], providers: [], pythonFolders: [] };
  expect(linesOf({ ...report, cards: [card] }).join()).not.toContain('CUDA_VISIBLE_DEVICES');
  expect(linesOf({ ...report, cards: [card, { ...card, name: 'NVIDIA T4' }] }).slice(0, 3)).toEqual([
    expect.stringContaining('NVIDIA H100'),
    expect.stringContaining('NVIDIA T4'),
    expect.stringContaining('CUDA_VISIBLE_DEVICES=1'),
  ]);
});
