import { setImmediate } from 'node:timers/promises';
import type { Snapshot } from '../../common/contract.ts';
import { longTextOf, recordParts } from '../../common/document/record-parts.ts';
import type { Entity } from '../../common/document/records.ts';
import { type RecordsPart, recordsPart } from '../../common/record-texts.ts';
import type { ProjectStore } from './project-store.ts';

/** What is written as JSON within some 20 ms. */
const atOnce = { records: 2_000, characters: 4_000_000 };
const partSize = { records: 500, characters: 1_000_000 };

/** The project as a window is told of it: with its records where they are few, else with their number alone. */
export function toldSnapshot(store: ProjectStore): Snapshot {
  const snapshot = store.snapshot();
  const { entities } = snapshot;
  return isSmall(entities) ? snapshot : { ...snapshot, entities: [], rest: entities.length };
}

function isSmall(records: readonly Entity[]): boolean {
  if (records.length > atOnce.records) return false;
  return records.reduce((sum, record) => sum + longTextOf(record), 0) <= atOnce.characters;
}

/**
 * All records as they stand at this moment, in parts between which others are answered. Records are never changed, so that remembering
 * which they were is all it takes.
 */
export async function* recordsInParts(store: ProjectStore): AsyncGenerator<RecordsPart> {
  const { revision } = store;
  const standing = [...store.entities.values()];
  for (const records of recordParts(standing, partSize, longTextOf)) {
    yield recordsPart(
      revision,
      records.map((record) => JSON.stringify(record)),
    );
    await setImmediate();
  }
}
