import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Unfinished } from '../../../../electron/backend/app/begun-work.ts';
import { ProjectStore } from '../../../../electron/backend/project/project-store.ts';
import { listSnapshots } from '../../../../electron/backend/project/snapshots.ts';
import { aProject } from '../../../helpers/a-project.ts';
import { anImage } from '../../../helpers/records.ts';

test('a safety copy is on record before it comes into being, so that a kill leaves none in a project nobody opens again', async () => {
  const store = await aProject([anImage()]);
  await store.close();
  const seen: string[] = [];
  const begun = {
    begin(...work: readonly (string | Unfinished)[]): Promise<() => Promise<void>> {
      for (const one of work) {
        const path = typeof one === 'string' ? one : one.path;
        seen.push(`begun ${path}, there: ${existsSync(path)}`);
      }
      return Promise.resolve(async () => {
        seen.push(`over, listed: ${(await listSnapshots(store.folder)).length}`);
      });
    },
  };
  await (await ProjectStore.open(store.folder, { begun })).close();
  const [copy] = await listSnapshots(store.folder);
  expect(seen).toEqual([
    `begun ${copy?.path}.partial, there: false`,
    `begun ${copy?.path}.partial-journal, there: false`,
    `begun ${copy?.path}.partial-wal, there: false`,
    'over, listed: 1',
  ]);
});
