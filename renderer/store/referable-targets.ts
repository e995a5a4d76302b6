import type { AnnotationId, AnnotationRecord, ImageId } from '../../electron/common/document/records.ts';
import type { DocumentState } from './document.ts';
import { annotationsOf, phraseOf } from '../../electron/common/document/views.ts';

/** A target as a question can refer to it. */
export interface ReferableTarget {
  readonly annotation: AnnotationRecord;
  /** What stands in the question; its own among the targets of the image ("cup 2"). */
  readonly shown: string;
  /** What the model is told in its place ("cup"). */
  readonly words: string;
  readonly category: string;
}

/** Longer names are shortened in the question; the model is told the whole name. */
const longestShown = 60;

/** The targets of an image, topmost first, as the list shows them. */
export function referableTargets(
  document: Pick<DocumentState, 'annotations' | 'categories' | 'targets'>,
  imageId: ImageId,
): readonly ReferableTarget[] {
  const annotations = annotationsOf(document, imageId);
  const titles = uniqueTitles(
    annotations.map((annotation) => ({ annotation, title: shortened(wordsOf(annotation, document)) })),
  );
  return annotations
    .map((annotation) => ({
      annotation,
      shown: titles.get(annotation.id) ?? '',
      words: wordsOf(annotation, document),
      category: categoryOf(annotation, document),
    }))
    .reverse();
}

/** Those that a person who typed `query` after the "@" may mean; names that begin with it first. */
export function matchingTargets(
  targets: readonly ReferableTarget[],
  query: string,
): readonly ReferableTarget[] {
  const wanted = query.trim().toLocaleLowerCase();
  if (wanted === '') return targets;
  const rankOf = ({ shown, words, category }: ReferableTarget): number => {
    if (shown.toLocaleLowerCase().startsWith(wanted)) return 0;
    return [shown, words, category].some((text) => text.toLocaleLowerCase().includes(wanted)) ? 1 : 2;
  };
  return targets
    .map((target) => ({ target, rank: rankOf(target) }))
    .filter(({ rank }) => rank < 2)
    .sort((a, b) => a.rank - b.rank)
    .map(({ target }) => target);
}

/** Its name, else the phrase it answers, else its category, on one line. */
function wordsOf(
  annotation: AnnotationRecord,
  document: Pick<DocumentState, 'categories' | 'targets'>,
): string {
  const candidates = [
    annotation.name,
    phraseOf(document, annotation.id) ?? '',
    categoryOf(annotation, document),
    'target',
  ];
  return candidates.map((text) => text.replaceAll(/\s+/gu, ' ').trim()).find((text) => text !== '') ?? '';
}

function categoryOf({ categoryId }: AnnotationRecord, document: Pick<DocumentState, 'categories'>): string {
  return categoryId === null ? '' : (document.categories.get(categoryId)?.name ?? '');
}

/** Whole characters as a person sees them: an emoji is never cut in two. */
function shortened(text: string): string {
  if (text.length <= longestShown) return text;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (kept.length + segment.length > longestShown) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** Targets of one name get numbers in the order in which they were made; a number that is another target's name is passed over. */
function uniqueTitles(
  named: readonly { readonly annotation: AnnotationRecord; readonly title: string }[],
): ReadonlyMap<AnnotationId, string> {
  const keyOf = (title: string): string => title.toLocaleLowerCase();
  const groups = new Map<string, typeof named>();
  for (const one of [...named].sort((a, b) => a.annotation.createdAt.localeCompare(b.annotation.createdAt))) {
    groups.set(keyOf(one.title), [...(groups.get(keyOf(one.title)) ?? []), one]);
  }
  const taken = new Set(groups.keys());
  const titles = new Map<AnnotationId, string>();
  for (const group of groups.values()) {
    let number = 0;
    for (const { annotation, title } of group) {
      if (group.length === 1) {
        titles.set(annotation.id, title);
        continue;
      }
      do number += 1;
      while (taken.has(keyOf(`${title} ${number}`)));
      taken.add(keyOf(`${title} ${number}`));
      titles.set(annotation.id, `${title} ${number}`);
    }
  }
  return titles;
}
