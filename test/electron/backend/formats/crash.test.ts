import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { filesOfZip } from '../../../../electron/backend/formats/zip-archive.ts';
import { bundleForNode } from '../../../helpers/bundle-for-node.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const rounds = 8;

/** Lets a process export and kills it, some acknowledged exports and a moment later. @returns the last count it acknowledged */
async function exportAndKill(
  script: string,
  folder: string,
  from: number,
  momentMs: number,
): Promise<number> {
  const child = spawn(process.execPath, [script, folder, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let seen = '';
  const exited = once(child, 'exit');
  for await (const chunk of child.stdout) {
    seen += String(chunk);
    if (child.killed) continue;
    await sleep(momentMs);
    child.kill('SIGKILL');
  }
  await exited;
  return Number(seen.slice(0, seen.lastIndexOf('\n')).split('\n').at(-1));
}

test(`killed ${rounds} times in the middle of exports, every file and folder of its name is whole`, {
  timeout: 180_000,
}, async () => {
  const script = join(
    await bundleForNode('export-until-killed.ts', 'export-until-killed'),
    'export-until-killed.js',
  );
  const folder = await temporaryFolder();
  const random = seededRandom(31);
  let last = 0;
  for (let round = 0; round < rounds; round++) {
    last = await exportAndKill(script, folder, last + 1, randomInteger(random, 0, 60));
    const { annotations } = JSON.parse(readFileSync(join(folder, 'coco.json'), 'utf8')) as {
      annotations: unknown[];
    };
    // The one under way may have become whole before anyone could be told.
    expect([last, last + 1]).toContain(annotations.length);
    let pictures = 0;
    for await (const { name } of filesOfZip(join(folder, 'masks.zip'))) if (name.endsWith('.png')) pictures++;
    expect([last, last + 1]).toContain(pictures);
    for (const name of readdirSync(folder)) {
      const count = /^masks (\d+)$/u.exec(name)?.[1];
      if (count === undefined) continue;
      expect(existsSync(join(folder, name, 'masks.json'))).toBe(true);
      expect(readdirSync(join(folder, name)).length).toBe(Number(count) + 1);
    }
  }
  // What a kill leaves says by its name that it is nothing.
  const known = /^(?:started|coco\.json|masks\.zip|masks \d+)(?:\.partial-[\da-f]{8})?$/u;
  expect(readdirSync(folder).filter((name) => !known.test(name))).toEqual([]);
});
