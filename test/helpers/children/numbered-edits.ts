import { emptyDiff, type EntityMap } from '../../../electron/common/document/diff.ts';
import type { Diff, Entity } from '../../../electron/common/document/records.ts';
import {
  aCategory,
  aCategoryId,
  aTarget,
  aTargetId,
  aTurn,
  aTurnId,
  anAnnotation,
  anAnnotationId,
  anImage,
} from '../records.ts';

/** What edit `number` does to a document; the same number does the same, so that a crash test can say what must be there. */
export function numberedEdit(entities: EntityMap, number: number): Diff {
  if (number === 1) return { ...emptyDiff, added: [anImage()] };
  const find = (id: string) => entities.get(id as Entity['id']);
  const previous = find(`annotation-${number - 3}`);
  switch (number % 4) {
    case 0:
      return { ...emptyDiff, added: [aCategory({ id: aCategoryId(`category-${number}`), order: number })] };
    case 1:
      return previous?.kind === 'annotation'
        ? { ...emptyDiff, changed: [[previous, { ...previous, name: `renamed by ${number}`.repeat(50) }]] }
        : { ...emptyDiff, added: [aCategory({ id: aCategoryId(`category-${number}`), order: number })] };
    case 2:
      return { ...emptyDiff, added: anAnswer(number) };
    default: {
      const old = find(`target-${number - 9}`);
      return old
        ? { ...emptyDiff, removed: [old] }
        : { ...emptyDiff, added: [aCategory({ id: aCategoryId(`category-${number}`), order: number })] };
    }
  }
}

/** Several records that only make sense together: half of them would be seen at once. */
function anAnswer(number: number): Entity[] {
  const annotation = anAnnotation({ id: anAnnotationId(`annotation-${number}`), order: number });
  const turn = aTurn({ id: aTurnId(`turn-${number}`), order: number, rawAnswer: 'x'.repeat(3000) });
  return [
    annotation,
    turn,
    aTarget({ id: aTargetId(`target-${number}`), turnId: turn.id, annotationId: annotation.id }),
  ];
}
