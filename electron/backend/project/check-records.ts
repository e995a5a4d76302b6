import { setImmediate } from 'node:timers/promises';
import type { Database } from './database.ts';
import type { EntityKind } from '../../common/document/records.ts';
import { damagedRecord, entityKinds, recordOf, type StoredRow } from './record-tables.ts';
import { isUnreviewed } from '../../common/document/review.ts';
import { recordSum } from './record-sum.ts';

/** What is counted while all records are looked at. */
export interface Tally {
  /** Masks that nobody has accepted or rejected yet. */
  readonly unreviewed: number;
}

/** Some milliseconds of work. */
const batch = { rows: 1_000, characters: 1_000_000 };

/**
 * Looks at each record's checksum, and whether what it points to is there, before anything is done with a project: what was damaged is told while its safety copies can be offered.
 * The records are made when somebody asks for them (stored-map.ts), which takes three times as long.
 *
 * @throws AppError 'project-damaged'
 */
export async function checkRecords(database: Database): Promise<Tally> {
  let unreviewed = 0;
  for (const kind of entityKinds) {
    const statement = database.prepare(
      `SELECT rowid, id, record, sum FROM ${kind} WHERE rowid > ? ORDER BY rowid`,
    );
    for (let last: number | null = 0; last !== null; ) {
      let [end, rows, characters]: [number | null, number, number] = [null, 0, 0];
      for (const each of statement.iterate(last)) {
        const row = each as unknown as StoredRow; // the columns' types
        if (row.sum !== recordSum(row.record)) throw damagedRecord(kind, row.id);
        if (kind === 'annotation' && isRowUnreviewed(row)) unreviewed += 1;
        [rows, characters] = [rows + 1, characters + row.record.length];
        if (rows < batch.rows && characters < batch.characters) continue;
        end = row.rowid;
        break;
      }
      checkReferences(database, kind, last, end);
      last = end;
      await setImmediate();
    }
  }
  return { unreviewed };
}

/** What records of a kind point to, by column. */
const references: Readonly<Record<EntityKind, readonly (readonly [column: string, table: EntityKind])[]>> = {
  ...{ image: [], category: [] },
  annotation: [
    ['image_id', 'image'],
    ['category_id', 'category'],
  ],
  turn: [['image_id', 'image']],
  target: [
    ['turn_id', 'turn'],
    ['annotation_id', 'annotation'],
  ],
};

/** Of the rows after `from` up to `to`, or up to the last one. @throws AppError 'project-damaged' */
function checkReferences(database: Database, kind: EntityKind, from: number, to: number | null): void {
  for (const [column, table] of references[kind]) {
    const orphan = database
      .prepare(
        `SELECT id FROM ${kind} AS record WHERE rowid > ? AND rowid <= ? AND ${column} IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM ${table} WHERE id = record.${column}) LIMIT 1`,
      )
      .get(from, to ?? Number.MAX_SAFE_INTEGER);
    if (orphan !== undefined) throw damagedRecord(kind, String(orphan['id']), column);
  }
}

/** By its text where that can mean one thing only: an attribute may bear the name as well. */
function isRowUnreviewed(row: StoredRow): boolean {
  const at = row.record.indexOf(field);
  if (at !== -1 && at === row.record.lastIndexOf(field))
    return row.record.startsWith('"proposed"', at + field.length);
  return isUnreviewed(recordOf('annotation', row));
}

const field = '"review":';
