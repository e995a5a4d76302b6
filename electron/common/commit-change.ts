import type { AppContract } from './contract.ts';
import { emptyDiff } from './document/diff.ts';
import { diffParts, fitsOnePart } from './document/record-parts.ts';
import type { Diff } from './document/records.ts';
import type { InputOf } from './messages.ts';
import type { Client } from './rpc/client.ts';

/** What the door reads without anybody noticing. */
const partSize = { records: 500, characters: 1_000_000 };

/**
 * Commits a change of any size: a large one is handed in in parts first, so that nobody else waits while it is read.
 *
 * @returns as `project.commit`
 * @throws as `project.commit`; nothing of the change is kept then
 */
export async function commitChange(
  client: Pick<Client<AppContract>, 'call'>,
  {
    diff,
    ...change
  }: Omit<InputOf<AppContract['project.commit']>, 'staged' | 'diff'> & { readonly diff: Diff },
): Promise<{ readonly revision: number }> {
  if (fitsOnePart(diff, partSize)) return client.call('project.commit', { ...change, diff });
  const staged = crypto.randomUUID();
  for (const part of diffParts(diff, partSize))
    await client.call('project.stage', { change: staged, diff: part });
  return client.call('project.commit', { ...change, diff: emptyDiff, staged });
}
