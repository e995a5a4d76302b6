import type { Diff, ImageId } from '../../common/document/records.ts';
import type { Database, Prepare } from './database.ts';

/** An image file's size and time when its SHA-256 was last known to be right: spares reading it again. */
export interface FileStamp {
  readonly bytes: number;
  readonly modifiedMs: number;
}

export function readFileStamp(prepare: Prepare, id: ImageId): FileStamp | null {
  const row = prepare('SELECT bytes, modified_ms FROM image_file WHERE image_id = ?').get(id) as
    | { bytes: number; modified_ms: number }
    | undefined; // the two columns named, both NOT NULL
  return row ? { bytes: row.bytes, modifiedMs: row.modified_ms } : null;
}

export function writeFileStamp(database: Database, id: ImageId, stamp: FileStamp): void {
  database
    .prepare('INSERT OR REPLACE INTO image_file (image_id, bytes, modified_ms) VALUES (?, ?, ?)')
    .run(id, stamp.bytes, stamp.modifiedMs);
}

/** An image that means another picture now: a stamp of the file before must not vouch for it. */
export function forgetFileStamps(database: Database, { changed }: Diff): void {
  for (const [before, after] of changed) {
    if (before.kind !== 'image' || after.kind !== 'image' || before.sha256 === after.sha256) continue;
    database.prepare('DELETE FROM image_file WHERE image_id = ?').run(after.id);
  }
}
