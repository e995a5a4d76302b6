import { longTextOf } from '../../common/document/record-parts.ts';
import type { Entity } from '../../common/document/records.ts';

/** The records that were asked for last: those a person works on are made once. Bounded by number and by text, since a mask may be megabytes. */
export class RecentRecords<R extends Entity> {
  readonly #byId = new Map<string, R>();
  #characters = 0;

  get(id: string): R | undefined {
    const record = this.#byId.get(id);
    if (record === undefined) return undefined;
    // To the end: what is let go first stands first.
    this.#byId.delete(id);
    this.#byId.set(id, record);
    return record;
  }

  keep(record: R): void {
    this.forget(record.id);
    const characters = longTextOf(record);
    if (characters > most.characters / 4) return;
    this.#byId.set(record.id, record);
    this.#characters += characters;
    for (const oldest of this.#byId.values()) {
      if (this.#byId.size <= most.records && this.#characters <= most.characters) return;
      this.forget(oldest.id);
    }
  }

  forget(id: string): void {
    const record = this.#byId.get(id);
    if (record === undefined) return;
    this.#byId.delete(id);
    this.#characters -= longTextOf(record);
  }
}

const most = { records: 2_000, characters: 8_000_000 };
