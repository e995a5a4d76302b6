import type { TargetRecord, TurnRecord } from '../../common/document/records.ts';
import type { MuseItem } from '../../common/muse-rules.ts';
import type { ProjectStore } from '../project/project-store.ts';

/** A turn as the rules look at it: {seg} after the words of each target that has a mask. */
export function museItemOf(
  store: ProjectStore,
  turn: TurnRecord,
  targets: readonly TargetRecord[],
): MuseItem {
  const byId = new Map(targets.map((target) => [target.id, target]));
  const ordered: TargetRecord[] = [];
  let answer = '';
  for (const part of turn.answer ?? []) {
    answer += part.text;
    const target = part.type === 'target' ? byId.get(part.targetId) : undefined;
    if (!target || target.annotationId === null) continue;
    answer += answer === '' || answer.endsWith(' ') ? '{seg}' : ' {seg}';
    ordered.push(target);
  }
  const masks = store.all('annotation').filter(({ imageId }) => imageId === turn.imageId);
  return {
    question: turn.question,
    answer,
    targets: ordered.map(({ annotationId, description, phrase }) => {
      const mask = masks.find(({ id }) => id === annotationId);
      const category = mask?.categoryId ? store.find('category', mask.categoryId).name : '';
      return {
        description: description ?? phrase,
        category,
        ofThisCategory:
          category === '' ? 1 : masks.filter(({ categoryId }) => categoryId === mask?.categoryId).length,
        instance: annotationId ?? '',
      };
    }),
  };
}
