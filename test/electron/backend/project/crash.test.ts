import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { integrityProblems, openDatabase } from '../../../../electron/backend/project/database.ts';
import { ProjectStore } from '../../../../electron/backend/project/project-store.ts';
import type { Entity, EntityId } from '../../../../electron/common/document/records.ts';
import { bundleForNode } from '../../../helpers/bundle-for-node.ts';
import { numberedEdit } from '../../../helpers/children/numbered-edits.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { applyDiff } from '../../../helpers/apply-diff.ts';

const rounds = 20;
const editsPerRound = 200;

/** Lets a process edit the project and kills it after `lives` acknowledged edits and a moment. @returns the last number it acknowledged */
async function editAndKill(
  script: string,
  folder: string,
  lives: number,
  momentMs: number,
): Promise<number | null> {
  const child = spawn(process.execPath, [script, folder, String(editsPerRound)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let seen = '';
  const exited = once(child, 'exit');
  for await (const chunk of child.stdout) {
    seen += String(chunk);
    if (seen.split('\n').length <= lives || child.killed) continue;
    await sleep(momentMs);
    child.kill('SIGKILL');
  }
  await exited;
  // A line without its end was cut by the kill: nobody was told.
  return seen.includes('\n') ? Number(seen.slice(0, seen.lastIndexOf('\n')).split('\n').at(-1)) : null;
}

const inOrder = (entities: Iterable<Entity>) => [...entities].sort((a, b) => (a.id < b.id ? -1 : 1));

test(`killed ${rounds} times in the middle of ${editsPerRound} edits, the project holds every acknowledged one, whole`, {
  timeout: 180_000,
}, async () => {
  const script = join(
    await bundleForNode('edit-until-killed.ts', 'edit-until-killed'),
    'edit-until-killed.js',
  );
  const folder = join(await temporaryFolder(), 'project');
  await (await ProjectStore.create(folder, 'Crash test')).close();
  const random = seededRandom(20);
  const expected: Map<EntityId, Entity>[] = [new Map()];
  let acknowledged = 0;
  for (let round = 0; round < rounds; round++) {
    const last = await editAndKill(script, folder, randomInteger(random, 1, editsPerRound), random() * 4);
    acknowledged = last ?? acknowledged;
    while (expected.length <= acknowledged + 1) {
      const before = expected.at(-1)!;
      expected.push(applyDiff(before, numberedEdit(before, expected.length)));
    }
    const database = openDatabase(join(folder, 'project.sqlite'));
    expect(integrityProblems(database)).toEqual([]);
    database.close();
    const store = await ProjectStore.open(folder);
    // The edit under way when the kill came may have become durable before anyone could be told.
    expect([acknowledged, acknowledged + 1]).toContain(store.revision);
    expect(inOrder(store.entities.values())).toEqual(inOrder(expected[store.revision]!.values()));
    acknowledged = store.revision;
    await store.close();
  }
  expect(acknowledged).toBeGreaterThan(200);
});
