import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { bundleForNode } from '../../../helpers/bundle-for-node.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

/** A mask's record takes 1,100 bytes as an object. What is left: what is known of it while others may be the same, and of its place. */
const mostBytes = 300;

test('a mask that is imported does not stand in memory: neither while the file is read nor once it is saved', {
  timeout: 300_000,
}, async () => {
  const script = join(
    await bundleForNode('import-and-measure.ts', 'import-and-measure'),
    'import-and-measure.js',
  );
  const folder = join(await temporaryFolder(), 'measured');
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['--expose-gc', script, folder, '5000', '45000'],
  ]);
  const { masks, reading, saved } = JSON.parse(stdout) as Record<'masks' | 'reading' | 'saved', number>; // what it prints
  expect(masks).toBe(45_000);
  expect({ reading, saved }).toEqual({
    reading: expect.toSatisfy(isLittle),
    saved: expect.toSatisfy(isLittle),
  });
});

const isLittle = (bytes: number): boolean => bytes < mostBytes;
