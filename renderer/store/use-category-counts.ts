import { useMemo } from 'react';
import type { CategoryId } from '../../electron/common/document/records.ts';
import { useStudio } from './studio.ts';

/** How many targets of the project each category has. */
export function useCategoryCounts(): ReadonlyMap<CategoryId, number> {
  const annotations = useStudio((state) => state.document.annotations);
  return useMemo(() => {
    const counts = new Map<CategoryId, number>();
    for (const { categoryId } of annotations.values()) {
      if (categoryId !== null) counts.set(categoryId, (counts.get(categoryId) ?? 0) + 1);
    }
    return counts;
  }, [annotations]);
}
