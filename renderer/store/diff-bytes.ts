import type { Diff, Entity } from '../../electron/common/document/records.ts';

/** Fixed cost of a record besides its masks and texts: ids, numbers, object headers. An estimate, not a measurement. */
const recordBytes = 600;

/** About how much memory a diff keeps alive. Masks dominate, so their strings are counted and the rest estimated. */
export function bytesOfDiff(diff: Diff): number {
  let bytes = 0;
  for (const record of diff.added) bytes += bytesOfRecord(record);
  for (const record of diff.removed) bytes += bytesOfRecord(record);
  for (const [before, after] of diff.changed) bytes += bytesOfRecord(before) + bytesOfRecord(after);
  return bytes;
}

function bytesOfRecord(record: Entity): number {
  if (record.kind === 'annotation') {
    return (
      recordBytes +
      record.mask.counts.length +
      (record.modelMask?.counts.length ?? 0) +
      2 * record.name.length
    );
  }
  if (record.kind === 'turn')
    return recordBytes + 2 * (record.question.length + (record.rawAnswer?.length ?? 0));
  return recordBytes;
}
