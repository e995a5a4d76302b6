import type { AnnotationId, CategoryId } from '../../../electron/common/document/records.ts';
import { uncategorised } from '../../../electron/common/document/categories.ts';
import { useCanvas } from '../../store/canvas-session.ts';
import { commit } from '../../store/edit.ts';
import { giveCategory } from '../../store/label-set.ts';
import { useStudio } from '../../store/studio.ts';
import { makesNewTargets } from '../../tools/makes-targets.ts';
import { ClassList } from './class-list.tsx';

/** Choose a class for targets, or type a new one. */
export function CategoryPicker({
  annotationIds,
  onDone,
}: {
  readonly annotationIds: readonly AnnotationId[];
  readonly onDone: () => void;
}) {
  const now = useStudio(({ document }) => classOfAll(annotationIds, document.annotations));
  const give = (name: string): void => {
    const isDrawingNew = makesNewTargets(useStudio.getState().view.tool, useCanvas.getState());
    // A refusal is shown where edits are made, and taken back.
    giveCategory(annotationIds, name, isDrawingNew).catch(() => undefined);
  };
  return (
    <ClassList
      now={now}
      nowWords="now"
      onChoose={(category) => {
        if (category !== null) give(category.name);
        else void commit('Clear class', uncategorised(useStudio.getState().document, annotationIds));
      }}
      onMake={give}
      onDone={onDone}
    />
  );
}

/** The class that all of them have; null where they differ or have none. */
function classOfAll(
  ids: readonly AnnotationId[],
  annotations: ReadonlyMap<AnnotationId, { readonly categoryId: CategoryId | null }>,
): CategoryId | null {
  const [first = null, ...others] = new Set(ids.map((id) => annotations.get(id)?.categoryId ?? null));
  return others.length === 0 ? first : null;
}
