import type { AnnotationRecord, Entity, TargetRecord, TurnRecord } from '../../common/document/records.ts';
import type { SelfGrouping } from '../../common/document/views.ts';
import { type Database, type Prepare, remembering, translating } from './database.ts';
import { joinedRecords, type JoinedRecords } from './joined-records.ts';
import { LastGroups } from './last-groups.ts';
import { LazyMap } from './lazy-map.ts';
import { RecentRecords } from './recent-records.ts';
import { recordSum } from './record-sum.ts';
import { damagedRecord, pointerColumns } from './record-pointers.ts';
import { recordOf, type StoredRow } from './record-tables.ts';

/** Kinds of which a project may hold a million. */
export type ManyRecord = AnnotationRecord | TurnRecord | TargetRecord;

/** The fields of a kind by which its records are grouped. */
export function groupFieldsOf<R extends ManyRecord>(kind: R['kind']): readonly (keyof R)[] {
  return Object.keys(pointerColumns[kind]) as (keyof R)[]; // the keys above are fields of that kind
}

/** Rows read in one go: some milliseconds, and little memory. */
const batch = { rows: 256, characters: 1_000_000 };

/**
 * The records of one kind as they stand in the database, read when they are asked for: in memory they took 1.1 KB each. What is read is checked
 * by its sum and its schema, so that damage is met as an error and never as another record.
 */
export class StoredMap<R extends ManyRecord> extends LazyMap<R['id'], R> implements SelfGrouping<R> {
  readonly kind: R['kind'];
  readonly #file: string;
  readonly #recent = new RecentRecords<R>();
  readonly #lastGroups = new LastGroups<R>();
  readonly #prepared: Prepare;
  #size: number;

  /**
   * @param file the database's, for what is said of failures
   * @param size how many there are
   */
  constructor(
    database: Database,
    file: string,
    { kind, size }: { readonly kind: R['kind']; readonly size: number },
  ) {
    super();
    this.kind = kind;
    this.#prepared = remembering(database);
    this.#file = file;
    this.#size = size;
  }

  override get size(): number {
    return this.#size;
  }

  /** @throws AppError 'project-damaged' */
  override get(id: R['id']): R | undefined {
    const recent = this.#recent.get(id);
    if (recent !== undefined) return recent;
    const row = this.rowOf(id);
    return row === null ? undefined : this.#made(row);
  }

  override has(id: R['id']): boolean {
    if (this.#recent.get(id) !== undefined) return true;
    const found = this.#reading(() => this.#prepared(`SELECT 1 FROM ${this.kind} WHERE id = ?`).get(id));
    return found !== undefined;
  }

  override values(): Generator<R, undefined> {
    return this.#walk();
  }

  without(field: keyof R): Generator<R, undefined> {
    return this.#walk(field);
  }

  groupOf(field: keyof R, key: string): readonly R[] {
    return this.#lastGroups.of(field, key, () =>
      this.rowsOfGroup(field, key).map((row) => this.#recent.get(row.id) ?? this.#made(row)),
    );
  }

  rowOf(id: R['id']): StoredRow | null {
    const sql = `SELECT rowid, id, record, sum FROM ${this.kind} WHERE id = ?`;
    const row = this.#reading(() => this.#prepared(sql).get(id));
    return row === undefined ? null : (row as unknown as StoredRow); // the columns' types
  }

  rowidOf(id: R['id']): number | null {
    const sql = `SELECT rowid FROM ${this.kind} WHERE id = ?`;
    const row = this.#reading(() => this.#prepared(sql).get(id));
    return row === undefined ? null : Number(row['rowid']);
  }

  rowsOfGroup(field: keyof R, key: string): readonly StoredRow[] {
    const sql = `SELECT rowid, id, record, sum FROM ${this.kind} WHERE ${this.#columnOf(field)} = ?`;
    return this.#reading(() => this.#prepared(sql).all(key)) as unknown as StoredRow[]; // as above
  }

  /**
   * Some rows that come after one, none past another; empty at the end.
   *
   * @param without of those alone in which this field says nothing
   */
  rowsAfter(rowid: number, last: number, without?: keyof R): readonly StoredRow[] {
    const only = without === undefined ? '' : `AND ${this.#columnOf(without)} IS NULL`;
    const sql = `SELECT rowid, id, record, sum FROM ${this.kind} WHERE rowid > ? AND rowid <= ? ${only} ORDER BY rowid`;
    return this.#reading(() => {
      const rows: StoredRow[] = [];
      let characters = 0;
      for (const each of this.#prepared(sql).iterate(rowid, last)) {
        const row = each as unknown as StoredRow; // as above
        rows.push(row);
        characters += row.record.length;
        if (rows.length >= batch.rows || characters >= batch.characters) break;
      }
      return rows;
    });
  }

  /** Some records that come after a row, none past another, as they lie there; null at the end. @throws AppError 'project-damaged' */
  joinedAfter(after: number, last: number): JoinedRecords | null {
    return this.#reading(() => joinedRecords(this.#prepared, { kind: this.kind, after, last }));
  }

  lastRowid(): number {
    return this.#number(`SELECT coalesce(max(rowid), 0) AS number FROM ${this.kind}`);
  }

  recordOf(row: StoredRow): R {
    return recordOf(this.kind, row) as R; // of that kind
  }

  /** The record's JSON as it lies there. @throws AppError 'project-damaged' for one that is not as it was written */
  textOf({ id, record, sum }: StoredRow): string {
    if (sum !== recordSum(record)) throw damagedRecord(this.kind, id);
    return record;
  }

  /** What is remembered follows a change that was saved. */
  follow({
    added,
    changed,
    removed,
  }: { readonly [K in 'added' | 'changed' | 'removed']: readonly R[] }): void {
    this.#size += added.length - removed.length;
    this.#lastGroups.forget();
    for (const { id } of removed) this.#recent.forget(id);
    for (const record of changed) this.#recent.keep(record);
  }

  *#walk(without?: keyof R): Generator<R, undefined> {
    let last = 0;
    for (;;) {
      const rows = this.rowsAfter(last, Number.MAX_SAFE_INTEGER, without);
      for (const row of rows) yield this.#recent.get(row.id) ?? this.recordOf(row);
      const end = rows.at(-1);
      if (end === undefined) return undefined;
      last = end.rowid;
    }
  }

  #columnOf(field: keyof R): string {
    const pointer = pointerColumns[this.kind][String(field)];
    if (pointer !== undefined) return pointer.column;
    throw new Error(`Records of kind ${this.kind} are not found by ${String(field)}.`);
  }

  #made(row: StoredRow): R {
    const record = this.recordOf(row);
    this.#recent.keep(record);
    return record;
  }

  #number(sql: string): number {
    const row = this.#reading(() => this.#prepared(sql).get()) as { readonly number: number } | undefined;
    return Number(row?.number ?? 0);
  }

  #reading<T>(read: () => T): T {
    return translating(this.#file, read);
  }
}

export function isMany(record: Entity): record is ManyRecord {
  return record.kind !== 'image' && record.kind !== 'category';
}
