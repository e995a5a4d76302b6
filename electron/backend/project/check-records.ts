import { setImmediate } from 'node:timers/promises';
import { type Database, remembering } from './database.ts';
import type { AnnotationRecord, EntityKind } from '../../common/document/records.ts';
import { joinedRecords, type JoinedRecords } from './joined-records.ts';
import { damagedRecord, entityKinds, pointerColumns } from './record-pointers.ts';
import { orphanedLogits } from './orphaned-logits.ts';
import { isUnreviewed } from '../../common/document/review.ts';

/** How many records there are of each kind. */
export type Counts = Readonly<Record<EntityKind, number>>;

/** SQLite goes through an index of each table: one piece of work each. */
export function countRecords(database: Database): Counts {
  const count = (kind: EntityKind): number =>
    Number(database.prepare(`SELECT count(*) AS number FROM ${kind}`).get()?.['number'] ?? 0);
  return Object.fromEntries(entityKinds.map((kind) => [kind, count(kind)])) as Counts; // a number for each kind
}

/** What is counted while all records are looked at. */
export interface Tally {
  /** Masks that nobody has accepted or rejected yet. */
  readonly unreviewed: number;
  /** Rows of logits that no undo can bring back any more: those of a session that is over. */
  readonly orphanedLogits: readonly number[];
}

/**
 * Looks at each record's checksum, and whether what it points to is there, before anything is done with a project: what was damaged is told
 * while its safety copies can be offered. The records are made when somebody asks for them (stored-map.ts).
 *
 * @throws AppError 'project-damaged'
 */
export async function checkRecords(database: Database): Promise<Tally> {
  let unreviewed = 0;
  const prepare = remembering(database);
  for (const kind of entityKinds) {
    let after = 0;
    for (;;) {
      const joined = joinedRecords(prepare, { kind, after, last: Number.MAX_SAFE_INTEGER });
      if (joined === null) break;
      if (kind === 'annotation') unreviewed += unreviewedIn(joined);
      checkReferences(prepare, kind, after, joined.lastRowid);
      after = joined.lastRowid;
      await setImmediate();
    }
  }
  return { unreviewed, orphanedLogits: orphanedLogits(database) };
}

/** Of the rows after `from` up to `to`. @throws AppError 'project-damaged' */
function checkReferences(
  prepare: ReturnType<typeof remembering>,
  kind: EntityKind,
  from: number,
  to: number,
): void {
  for (const { column, table } of Object.values(pointerColumns[kind])) {
    const orphan = prepare(
      `SELECT id FROM ${kind} AS record WHERE rowid > ? AND rowid <= ? AND ${column} IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM ${table} WHERE id = record.${column}) LIMIT 1`,
    ).get(from, to);
    if (orphan !== undefined) throw damagedRecord(kind, String(orphan['id']), column);
  }
}

/** By their texts where those can mean one thing only: an attribute may bear the name as well. */
function unreviewedIn({ bytes, places }: JoinedRecords): number {
  let count = 0;
  let found = bytes.indexOf(field);
  for (const { start, end } of places) {
    let named = 0;
    let isProposed = false;
    for (; found !== -1 && found < end; found = bytes.indexOf(field, found + field.length)) {
      named += 1;
      isProposed = bytes
        .subarray(found + field.length, found + field.length + proposed.length)
        .equals(proposed);
    }
    if (named === 1 ? isProposed : isUnreviewed(parsed(bytes.subarray(start, end)))) count += 1;
  }
  return count;
}

function parsed(bytes: Buffer): Pick<AnnotationRecord, 'review'> {
  return JSON.parse(bytes.toString()) as AnnotationRecord; // its sum says that it is as it was written
}

const field = Buffer.from('"review":');
const proposed = Buffer.from('"proposed"');
