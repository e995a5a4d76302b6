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

/** The same, of one that may not have been looked through: what travels at once is told only when it is known to be whole. */
export async function toldWhenWhole(store: ProjectStore): Promise<Snapshot> {
  const told = await orDamage(store, () => toldSnapshot(store));
  if (told.rest === undefined) await store.whenChecked();
  return told;
}

/** What cannot be read is told as the whole check tells it, with the safety copies, where it finds damage. */
async function orDamage<T>(store: ProjectStore, read: () => T): Promise<T> {
  try {
    return read();
  } catch (error) {
    await store.whenChecked();
    throw error;
  }
}

/** What shows pictures: it says when those that somebody waits for are made. */
export interface PicturesInHand {
  made(mostMs: number): Promise<void>;
}

/** A part of the records waits so long for pictures, and all parts together: what is in sight comes before what is not. Milliseconds. */
const [mostWait, mostWaits] = [500, 3_000];

/**
 * All records as they stand at this moment, in parts between which others are answered and pictures made. Ends when all of the project was looked through.
 *
 * @throws AppError 'project-damaged'
 */
export async function* recordsInParts(
  store: ProjectStore,
  pictures: PicturesInHand,
): AsyncGenerator<RecordsPart> {
  const { revision } = store;
  const moment = store.moment();
  let patience = mostWaits;
  try {
    const parts = moment.json();
    for (;;) {
      const { done, value: json } = await orDamage(store, () => parts.next());
      if (done) break;
      yield { revision, json };
      await setImmediate();
      const since = performance.now();
      await pictures.made(Math.max(0, Math.min(mostWait, patience)));
      patience -= performance.now() - since;
    }
    await store.whenChecked();
  } finally {
    moment.release();
  }
}
