import type { AnnotationId, CategoryId } from '../../../electron/common/document/records.ts';
import { categorised, uncategorised } from '../../../electron/common/document/categories.ts';
import { commit } from '../../store/edit.ts';
import { useStudio } from '../../store/studio.ts';
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
    void commit(`Set class ${name}`, categorised(useStudio.getState().document, annotationIds, name));
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
