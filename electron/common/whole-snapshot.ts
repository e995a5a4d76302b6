import type { AppContract, Snapshot } from './contract.ts';
import type { Entity } from './document/records.ts';
import { recordsOf } from './record-texts.ts';
import type { Client } from './rpc/client.ts';

/** A project with its records at hand. One that was only told, and may have left them out, does not pass for it. */
export type WholeSnapshot = Omit<Snapshot, 'rest'> & { readonly rest?: never };

/**
 * The project with all of its records: a large one is told without them (`rest`), and they come in parts, which keep nobody waiting. They are
 * as they stood at one moment, whose revision the result has; changes made since are told as ever.
 *
 * @throws AppError 'no-project-open' when the connection has another project by now
 */
export async function wholeSnapshot(
  client: Pick<Client<AppContract>, 'stream'>,
  { rest, ...snapshot }: Snapshot,
): Promise<WholeSnapshot> {
  if (rest === undefined) return snapshot;
  const { project } = snapshot;
  const entities: Entity[] = [];
  let { revision } = project;
  for await (const part of client.stream('project.records', { folder: project.folder })) {
    for (const record of recordsOf(part)) entities.push(record);
    ({ revision } = part);
  }
  return { ...snapshot, project: { ...project, revision }, entities };
}
