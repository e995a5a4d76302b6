import type { EntityKind } from '../../common/document/records.ts';
import type { Database } from './database.ts';
import { recordSum } from './record-sum.ts';
import { damagedRecord } from './record-pointers.ts';

/** Records in the order of their rows as they lie in the database, JSON in UTF-8 with a comma between two. */
export interface JoinedRecords {
  readonly bytes: Buffer;
  /** Where each of them lies. */
  readonly places: readonly { readonly start: number; readonly end: number }[];
  /** The row of the last one. */
  readonly lastRowid: number;
}

/** Some milliseconds of work, and what travels well as one message. */
const most = { records: 1_000, bytes: 1_000_000 };

/**
 * The records that come after a row, none past another, in one piece, whose sums were checked: to look at a hundred thousand records one by one
 * takes three times as long. Null at the end.
 *
 * @param prepare may remember its statements
 * @throws AppError 'project-damaged'
 */
export function joinedRecords(
  prepare: (sql: string) => ReturnType<Database['prepare']>,
  { kind, after, last }: { readonly kind: EntityKind; readonly after: number; readonly last: number },
): JoinedRecords | null {
  const rows = prepare(
    `SELECT rowid, octet_length(record) AS bytes, sum FROM ${kind} WHERE rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ${most.records}`,
  ).all(after, last) as unknown as readonly Row[]; // the columns' types
  const chosen = rows.slice(0, fitting(rows));
  const lastRowid = chosen.at(-1)?.rowid;
  if (lastRowid === undefined) return null;
  const { joined } = prepare(
    `SELECT CAST(group_concat(record, ',' ORDER BY rowid) AS BLOB) AS joined FROM ${kind} WHERE rowid > ? AND rowid <= ?`,
  ).get(after, lastRowid) as unknown as { readonly joined: Uint8Array }; // the column's type
  const bytes = Buffer.from(joined.buffer, joined.byteOffset, joined.length);
  const places: JoinedRecords['places'][number][] = [];
  for (const { rowid, bytes: length, sum } of chosen) {
    const start = (places.at(-1)?.end ?? -1) + 1;
    const end = start + length;
    if (sum !== recordSum(bytes.subarray(start, end))) {
      const found = prepare(`SELECT id FROM ${kind} WHERE rowid = ?`).get(rowid);
      throw damagedRecord(kind, String(found?.['id']));
    }
    places.push({ start, end });
  }
  return { bytes, places, lastRowid };
}

interface Row {
  readonly rowid: number;
  readonly bytes: number;
  readonly sum: number | null;
}

/** How many of the rows are handled in one go: one at least. */
function fitting(rows: readonly Row[]): number {
  let bytes = 0;
  const tooMany = rows.findIndex((row, at) => {
    bytes += row.bytes;
    return at > 0 && bytes > most.bytes;
  });
  return tooMany === -1 ? rows.length : tooMany;
}
