import type { Database } from './database.ts';

/** Rows of logits whose mask and phrase are both gone. By the index of masks alone: each row of the table lies on a page of its own. */
export function orphanedLogits(database: Database): readonly number[] {
  const rows = database
    .prepare(
      `SELECT rowid FROM logits WHERE rowid IN (
        SELECT rowid FROM logits INDEXED BY logits_of_annotation
        WHERE NOT EXISTS (SELECT 1 FROM annotation WHERE annotation.id = logits.annotation_id)
      ) AND NOT EXISTS (SELECT 1 FROM target WHERE target.id = logits.target_id)`,
    )
    .all();
  return rows.map((row) => Number(row['rowid']));
}

/** To be called before the first change after they were found. */
export function dropLogits(database: Database, rows: readonly number[]): void {
  if (rows.length === 0) return;
  database
    .prepare('DELETE FROM logits WHERE rowid IN (SELECT value FROM json_each(?))')
    .run(JSON.stringify(rows));
}
