import type { EntityMap, Standing } from '../../electron/common/document/diff.ts';
import { referencesOf } from '../../electron/common/document/pointers.ts';

/** Records in memory as what a change is checked against. */
export function standingOf(records: EntityMap): Standing {
  return {
    get: (id) => records.get(id),
    pointingTo: ({ id }) => [...records.values()].filter((record) => referencesOf(record).includes(id)),
  };
}
