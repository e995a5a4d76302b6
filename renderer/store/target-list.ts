import type { AnnotationRecord } from '../../electron/common/document/records.ts';
import type { DocumentState } from './document.ts';
import { leastSureFirst } from '../../electron/common/document/review.ts';
import { phraseOf } from '../../electron/common/document/views.ts';

/** How the target list is sorted and filtered. */
export interface TargetListState {
  readonly sort: TargetSort;
  readonly filter: TargetFilter;
  readonly search: string;
}
export type TargetSort = 'order' | 'name' | 'category' | 'area' | 'score' | 'newest';
export type TargetFilter = 'all' | 'proposed' | 'accepted' | 'rejected' | 'edited' | 'by-hand' | 'hidden';

export const initialTargetList: TargetListState = { sort: 'order', filter: 'all', search: '' };

/** The targets to list, topmost first: the order a person sees them lying on the image. */
export function listedTargets(
  annotations: readonly AnnotationRecord[],
  list: TargetListState,
  document: Pick<DocumentState, 'categories' | 'targets'>,
): readonly AnnotationRecord[] {
  const search = list.search.trim().toLocaleLowerCase();
  const categoryOf = (annotation: AnnotationRecord): string =>
    annotation.categoryId === null ? '' : (document.categories.get(annotation.categoryId)?.name ?? '');
  const matches = (annotation: AnnotationRecord): boolean =>
    search === '' ||
    [annotation.name, categoryOf(annotation), phraseOf(document, annotation.id) ?? ''].some((text) =>
      text.toLocaleLowerCase().includes(search),
    );
  return annotations
    .filter((annotation) => passes(annotation, list.filter) && matches(annotation))
    .sort(comparison(list.sort, categoryOf));
}

function passes(annotation: AnnotationRecord, filter: TargetFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'proposed':
    case 'accepted':
    case 'rejected':
      return annotation.review === filter;
    case 'edited':
      return annotation.edited;
    case 'by-hand':
      return annotation.source === 'person';
    case 'hidden':
      return annotation.hidden;
  }
}

type Comparison = (a: AnnotationRecord, b: AnnotationRecord) => number;

function comparison(sort: TargetSort, categoryOf: (annotation: AnnotationRecord) => string): Comparison {
  switch (sort) {
    case 'order':
      return (a, b) => b.order - a.order;
    case 'name':
      return (a, b) => a.name.localeCompare(b.name);
    case 'category':
      return (a, b) => categoryOf(a).localeCompare(categoryOf(b)) || b.order - a.order;
    case 'area':
      return (a, b) => b.area - a.area;
    case 'score':
      return leastSureFirst;
    case 'newest':
      return (a, b) => b.createdAt.localeCompare(a.createdAt);
  }
}
