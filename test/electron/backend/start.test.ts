import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { bundleForNode } from '../../helpers/bundle-for-node.ts';

test('starting the app loads no library that only some files need', async () => {
  const folder = await bundleForNode('load-backend.ts', 'load-backend');
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'load-backend.js')]);
  const loaded = JSON.parse(stdout) as string[]; // what it prints
  expect(loaded).toContain('function');
  for (const name of ['yaml', 'onnxruntime-node', '@techstark/opencv-js', 'libheif-js'])
    expect(loaded).not.toContain(`node_modules/${name}`);
  expect(loaded.filter((name) => name.includes('sharp')).length).toBeGreaterThan(0); // it is seen what is loaded
});
