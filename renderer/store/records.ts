import type {
  AnnotationId,
  AnnotationRecord,
  CategoryRecord,
  ImageId,
  ImageRecord,
  TargetRecord,
  TurnId,
  TurnRecord,
} from '../../electron/common/document/records.ts';
import { byOrder } from '../../electron/common/document/order.ts';
import type { DocumentState } from './document.ts';

/**
 * Views of the document's maps in the order a person sees them. Each is computed once per map: the maps are
 * never mutated, so the same map gives the same (identical) result and React does not render for nothing.
 */
function cached<Key extends object, Result>(compute: (key: Key) => Result): (key: Key) => Result {
  const results = new WeakMap<Key, Result>();
  return (key) => {
    const known = results.get(key);
    if (known !== undefined) return known;
    const result = compute(key);
    results.set(key, result);
    return result;
  };
}

export const imagesInOrder = cached((images: DocumentState['images']): readonly ImageRecord[] =>
  [...images.values()].sort(byOrder),
);

export const categoriesInOrder = cached(
  (categories: DocumentState['categories']): readonly CategoryRecord[] =>
    [...categories.values()].sort(byOrder),
);

/** Annotations per image, lowest paint order first. */
export const annotationsByImage = cached(
  (annotations: DocumentState['annotations']): ReadonlyMap<ImageId, readonly AnnotationRecord[]> =>
    grouped([...annotations.values()].sort(byOrder), (annotation) => annotation.imageId),
);

/** The conversation of each image, oldest turn first. */
const turnsByImage = cached(
  (turns: DocumentState['turns']): ReadonlyMap<ImageId, readonly TurnRecord[]> =>
    grouped([...turns.values()].sort(byOrder), (turn) => turn.imageId),
);

const targetsByTurn = cached(
  (targets: DocumentState['targets']): ReadonlyMap<TurnId, readonly TargetRecord[]> =>
    grouped(
      [...targets.values()].sort((a, b) => a.index - b.index),
      (target) => target.turnId,
    ),
);

/** The phrase that a mask answers, where the model named one; the first of several after a merge. */
export const targetByAnnotation = cached(
  (targets: DocumentState['targets']): ReadonlyMap<AnnotationId, TargetRecord> =>
    new Map(
      [...targets.values()]
        .reverse()
        .flatMap((target) => (target.annotationId === null ? [] : [[target.annotationId, target] as const])),
    ),
);

const none: readonly never[] = [];

export function annotationsOf(
  document: Pick<DocumentState, 'annotations'>,
  imageId: ImageId | null,
): readonly AnnotationRecord[] {
  return (imageId === null ? undefined : annotationsByImage(document.annotations).get(imageId)) ?? none;
}

export function turnsOf(document: DocumentState, imageId: ImageId | null): readonly TurnRecord[] {
  return (imageId === null ? undefined : turnsByImage(document.turns).get(imageId)) ?? none;
}

export function targetsOf(document: DocumentState, turnId: TurnId): readonly TargetRecord[] {
  return targetsByTurn(document.targets).get(turnId) ?? none;
}

function grouped<Record, Key>(
  records: readonly Record[],
  keyOf: (record: Record) => Key,
): ReadonlyMap<Key, readonly Record[]> {
  const groups = new Map<Key, Record[]>();
  for (const record of records) {
    const group = groups.get(keyOf(record));
    if (group === undefined) groups.set(keyOf(record), [record]);
    else group.push(record);
  }
  return groups;
}
