import { checkFits, type EntityMap } from '../../electron/common/document/diff.ts';
import type { Diff, Entity, EntityId } from '../../electron/common/document/records.ts';

/**
 * The document after the change. Changed records keep their place; added ones come last.
 *
 * @throws as checkFits
 */
export function applyDiff(entities: EntityMap, diff: Diff): Map<EntityId, Entity> {
  checkFits(entities, diff);
  const result = new Map(entities);
  for (const record of diff.removed) result.delete(record.id);
  for (const [, after] of diff.changed) result.set(after.id, after);
  for (const record of diff.added) result.set(record.id, record);
  return result;
}
