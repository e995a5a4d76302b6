import { expect, test } from 'vitest';
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
