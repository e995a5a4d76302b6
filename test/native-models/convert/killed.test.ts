import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { convertCheckpoint, verifyModel } from '../../../native-models/convert.ts';
import { bundleForNode } from '../../helpers/bundle-for-node.ts';
import { referenceCheckpoint } from '../../helpers/reference-checkpoint.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const signal = new AbortController().signal;

test('a conversion killed in the middle leaves nothing that looks like a model, and the next one clears up', async () => {
  const root = await temporaryFolder();
  const out = join(root, 'model');
  const { model, vision } = await referenceCheckpoint();
  const script = join(
    await bundleForNode('convert-checkpoint.ts', 'convert-checkpoint'),
    'convert-checkpoint.js',
  );
  const child = spawn(process.execPath, [script, model, vision, out], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  for await (const text of child.stdout.setEncoding('utf8'))
    if (String(text).includes('masks')) child.kill('SIGKILL');
  expect((await exited)[1]).toBe('SIGKILL');
  expect(await readdir(root)).toEqual([`model.partial-${child.pid}`]);

  await convertCheckpoint({
    checkpoint: model,
    vision,
    out,
    precision: 'fp32',
    signal,
    onProgress: () => undefined,
  });
  expect(await readdir(root)).toEqual(['model']);
  expect(await verifyModel(out, { signal, onProgress: () => undefined })).toEqual({ ok: true, problems: [] });
}, 240_000);
