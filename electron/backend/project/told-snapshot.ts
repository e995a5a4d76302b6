import { setImmediate } from 'node:timers/promises';
import type { Snapshot } from '../../common/contract.ts';
import { longTextOf } from '../../common/document/record-parts.ts';
import type { Entity } from '../../common/document/records.ts';
import type { RecordsPart } from '../../common/record-texts.ts';
import type { ProjectStore } from './project-store.ts';

/** What is written as JSON within some 20 ms. */
const atOnce = { records: 2_000, characters: 4_000_000 };

/** The project as a window is told of it: with its records where they are few, else with their number alone. */
export function toldSnapshot(store: ProjectStore): Snapshot {
  const entities = fewRecordsOf(store);
  const rest = store.entities.size;
  return entities === null ? { ...store.facts(), entities: [], rest } : { ...store.facts(), entities };
}

/** All of them, or null where they are more than travel at once. */
function fewRecordsOf(store: ProjectStore): Entity[] | null {
  if (store.entities.size > atOnce.records) return null;
  const records: Entity[] = [];
  let characters = 0;
  for (const record of store.entities.values()) {
    characters += longTextOf(record);
    if (characters > atOnce.characters) return null;
    records.push(record);
  }
  return records;
}

/** All records as they stand at this moment, in parts between which others are answered. */
export async function* recordsInParts(store: ProjectStore): AsyncGenerator<RecordsPart> {
  const { revision } = store;
  const moment = store.moment();
  try {
    for (const json of moment.json()) {
      yield { revision, json };
      await setImmediate();
    }
  } finally {
    moment.release();
  }
}
