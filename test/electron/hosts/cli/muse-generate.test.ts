import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBackend } from '../../../../electron/backend/create-backend.ts';
import { anApp } from '../../../helpers/an-app.ts';
import { withScenes } from '../../../helpers/annotated-project.ts';
import { aChatEndpoint } from '../../../helpers/chat-endpoint.ts';
import type { Manner } from '../../../helpers/start-chat-endpoint.ts';
import { runPixellm } from '../../../helpers/run-pixellm.ts';

async function aScene(mannerOf: (number: number) => Manner = () => 'good') {
  const app = await anApp();
  await withScenes(app, 2);
  const { project } = await app.client.call('project.snapshot', {});
  await app.backend.dispose();
  const server = await aChatEndpoint(mannerOf);
  const words = ['muse', 'generate', project.folder, '--endpoint', server.baseUrl, '--model', 'scripted'];
  const run = (...more: string[]) =>
    runPixellm([...words, ...more], { backend: () => createBackend(app.host), folder: app.folder });
  return { app, server, run };
}

test('a dry run shows prompt, tokens and cost, says what would be sent, and sends nothing', async () => {
  const { run, server } = await aScene();
  const { code, out } = await run(
    '--dry-run',
    '--per-image',
    '2',
    '--price-in',
    '1000000',
    '--price-out',
    '0',
  );
  expect(code).toBe(0);
  expect(out).toContain('names and boxes of the masks');
  expect(out).toMatch(
    /About 4 requests, \d+ tokens sent and \d+ answered, \d+\.\d\d in all; 0 images without/u,
  );
  expect(out).toContain('i1: cup [0, 1, 3, 6]');
  expect(server.asked).toEqual([]);
});

test('questions are generated with a key from a private file, and counted', async () => {
  const { app, run, server } = await aScene();
  const keyFile = join(app.folder, 'key');
  await writeFile(keyFile, 'sk-secret-key\n', { mode: 0o600 });
  const { code, out, err } = await run('--per-image', '2', '--key-file', keyFile);
  expect(code).toBe(0);
  expect(out).toContain('Kept 4 of 4 questions as drafts; 0 left out by the rules, 0 failed');
  expect(server.asked.map(({ authorization }) => authorization)).toEqual(
    Array(4).fill('Bearer sk-secret-key'),
  );
  expect(out + err).not.toContain('secret');
});

test('a refused key is a sentence and exit code 1; --resume goes on with the same job', async () => {
  let isRefusing = true;
  const { run } = await aScene(() => (isRefusing ? 'refused' : 'good'));
  const first = await run();
  expect(first.code).toBe(1);
  expect(first.err).toContain('It wants a key, and none is set up.');
  isRefusing = false;
  const second = await run('--resume');
  expect(second.code).toBe(0);
  expect(second.out).toContain('Going on with Generate a question an image with scripted: 0 of 2');
});
