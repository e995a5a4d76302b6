import { addTo } from '../../common/grouped.ts';
import type { SelfGrouping } from '../../common/document/views.ts';
import type { JoinedRecords } from './joined-records.ts';
import { LastGroups } from './last-groups.ts';
import { LazyMap } from './lazy-map.ts';
import type { StoredRow } from './record-tables.ts';
import { groupFieldsOf, type ManyRecord, type StoredMap } from './stored-map.ts';

/**
 * The records of one kind as they stood at one moment, for whoever reads them while others go on changing them: what is changed or removed
 * meanwhile is kept as it was, what is added is passed over. Rows are told apart by their rowid: SQLite gives the one after the highest that
 * is there, so that a new row mostly lies behind all of the moment's, and else says so (`noteAdded`).
 */
export class MapAtMoment<R extends ManyRecord> extends LazyMap<R['id'], R> implements SelfGrouping<R> {
  readonly #stored: StoredMap<R>;
  readonly #lastRowid: number;
  readonly #size: number;
  /** Records that are others by now, or gone. */
  readonly #before = new Map<number, R>();
  /** Rows of records that came since, in places that were free. */
  readonly #later = new Set<number>();
  readonly #beforeById = new Map<R['id'], R>();
  readonly #beforeByGroup = new Map<string, R[]>();
  readonly #lastGroups = new LastGroups<R>();
  readonly #making: Making<R, R> = {
    ofRow: (row) => this.#stored.recordOf(row),
    ofBefore: (record) => record,
  };
  readonly #readers = new Set<Reader>();

  constructor(stored: StoredMap<R>) {
    super();
    this.#stored = stored;
    this.#lastRowid = stored.lastRowid();
    this.#size = stored.size;
  }

  /** A record that is about to be changed or removed. */
  note(record: R): void {
    const rowid = this.#stored.rowidOf(record.id);
    if (rowid === null || !this.#isAsItWas({ rowid })) return;
    this.#before.set(rowid, record);
    this.#beforeById.set(record.id, record);
    for (const field of groupFieldsOf<R>(record.kind))
      if (record[field] !== null) addTo(this.#beforeByGroup, groupKey(field, String(record[field])), record);
    for (const reader of this.#readers) if (rowid <= reader.last) reader.done.add(rowid);
  }

  /** A record that was added. */
  noteAdded({ id }: R): void {
    const rowid = this.#stored.rowidOf(id);
    if (rowid !== null && rowid <= this.#lastRowid) this.#later.add(rowid);
  }

  override get size(): number {
    return this.#size;
  }

  override get(id: R['id']): R | undefined {
    const before = this.#beforeById.get(id);
    if (before !== undefined) return before;
    const row = this.#stored.rowOf(id);
    return row !== null && this.#isAsItWas(row) ? this.#stored.recordOf(row) : undefined;
  }

  override has(id: R['id']): boolean {
    return this.get(id) !== undefined;
  }

  override *values(): Generator<R, undefined> {
    for (const records of this.#steps(this.#making)) yield* records;
    return undefined;
  }

  *without(field: keyof R): Generator<R, undefined> {
    for (const records of this.#steps(this.#making, field)) yield* records;
    return undefined;
  }

  groupOf(field: keyof R, key: string): readonly R[] {
    return this.#lastGroups.of(field, key, () => {
      const rows = this.#stored.rowsOfGroup(field, key).filter((row) => this.#isAsItWas(row));
      const before = this.#beforeByGroup.get(groupKey(field, key)) ?? [];
      return [...rows.map((row) => this.#stored.recordOf(row)), ...before];
    });
  }

  /** Some records at a time as a JSON array of them, UTF-8: as they lie in the database, where nothing was changed meanwhile. */
  *json(): Generator<Uint8Array, undefined> {
    const making: Making<R, Buffer> = {
      ofRow: (row) => Buffer.from(this.#stored.textOf(row)),
      ofBefore: (record) => Buffer.from(JSON.stringify(record)),
      ofJoined: ({ bytes }) => bytes,
    };
    for (const step of this.#steps(making)) if (step.length > 0) yield jsonArrayOf(step);
    return undefined;
  }

  #isAsItWas({ rowid }: Pick<StoredRow, 'rowid'>): boolean {
    return rowid <= this.#lastRowid && !this.#before.has(rowid) && !this.#later.has(rowid);
  }

  /** @param without those alone in which this field says nothing */
  *#steps<T>(
    { ofRow, ofBefore, ofJoined }: Making<R, T>,
    without?: keyof R,
  ): Generator<readonly T[], undefined> {
    const isMeant = (record: R): boolean => without === undefined || record[without] === null;
    const reader: Reader = { last: 0, done: new Set() };
    this.#readers.add(reader);
    try {
      for (;;) {
        if (ofJoined !== undefined && without === undefined && this.#before.size + this.#later.size === 0) {
          const joined = this.#stored.joinedAfter(reader.last, this.#lastRowid);
          reader.last = joined?.lastRowid ?? Number.MAX_SAFE_INTEGER;
          if (joined === null) break;
          yield [ofJoined(joined)];
          continue;
        }
        const rows = this.#stored.rowsAfter(reader.last, this.#lastRowid, without);
        const step = rows.flatMap((row) => {
          const before = this.#before.get(row.rowid);
          if (before === undefined) return this.#later.has(row.rowid) ? [] : [ofRow(row)];
          reader.done.add(row.rowid);
          return isMeant(before) ? [ofBefore(before)] : [];
        });
        reader.last = rows.at(-1)?.rowid ?? Number.MAX_SAFE_INTEGER;
        if (rows.length === 0) break;
        yield step;
      }
      // Gone before this reader came to them.
      const late = [...this.#before].filter(([rowid]) => !reader.done.has(rowid));
      for (const [, record] of late) if (isMeant(record)) yield [ofBefore(record)];
      return undefined;
    } finally {
      this.#readers.delete(reader);
    }
  }
}

/** What a reader makes of rows that are as they were, and of records that are not. */
interface Making<R, T> {
  ofRow(row: StoredRow): T;
  ofBefore(record: R): T;
  /** Of many rows in one piece, where there is a quicker way. */
  ofJoined?(joined: JoinedRecords): T;
}

/** Of pieces that are JSON, one value or several with commas between. */
export function jsonArrayOf(pieces: readonly Uint8Array[]): Uint8Array {
  const parts = pieces.flatMap((piece, at) => [at === 0 ? openBracket : comma, piece]);
  return Buffer.concat([...parts, closeBracket]);
}

const [openBracket, comma, closeBracket] = [Buffer.from('['), Buffer.from(','), Buffer.from(']')];

interface Reader {
  /** Rows up to it were read as they stood. */
  last: number;
  /** Rows that were read, and are others by now. */
  readonly done: Set<number>;
}

function groupKey(field: PropertyKey, key: string): string {
  return `${String(field)} ${key}`;
}
