import type { Document } from './document.ts';
import type { Diff, Entity, ImageId } from './records.ts';

/** The images on which a change is seen, each once, in the order in which it names them. Classes lie on none. */
export function imagesTouched(document: Pick<Document, 'turns'>, diff: Diff): readonly ImageId[] {
  const all = [...diff.removed, ...diff.changed.map(([, after]) => after), ...diff.added];
  const turns = new Map(
    all.flatMap((record) => (record.kind === 'turn' ? [[record.id, record.imageId] as const] : [])),
  );
  const imageOf = (record: Entity): ImageId | null => {
    switch (record.kind) {
      case 'image':
        return record.id;
      case 'category':
        return null;
      case 'annotation':
      case 'turn':
        return record.imageId;
      case 'target':
        return turns.get(record.turnId) ?? document.turns.get(record.turnId)?.imageId ?? null;
    }
  };
  return [...new Set(all.flatMap((record) => imageOf(record) ?? []))];
}
