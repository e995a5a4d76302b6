import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Entity } from '../../electron/common/document/records.ts';
import { ProjectStore } from '../../electron/backend/project/project-store.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** An open project that holds these records; closed and deleted when the test ends. */
export async function aProject(records: readonly Entity[] = []): Promise<ProjectStore> {
  const store = await ProjectStore.create(join(await temporaryFolder(), 'A project'), 'A project');
  onTestFinished(() => store.close());
  store.commit({ added: records, changed: [], removed: [] });
  return store;
}

/** The same project as a new start of the app finds it. */
export async function reopened(store: ProjectStore): Promise<ProjectStore> {
  await store.close();
  const again = await ProjectStore.open(store.folder);
  onTestFinished(() => again.close());
  return again;
}
