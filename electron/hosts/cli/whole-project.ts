import { type WholeSnapshot, wholeSnapshot } from '../../common/whole-snapshot.ts';
import type { AppClient } from './session.ts';

/** The open project as it stands, with all of its records however many they are. @throws AppError 'no-project-open' */
export async function wholeProject(client: AppClient, signal?: AbortSignal): Promise<WholeSnapshot> {
  return wholeSnapshot(client, await client.call('project.snapshot', {}, signal ? { signal } : {}));
}
