import type { AnnotationRecord, ImageId } from '../../electron/common/document/records.ts';
import type { DocumentState } from './document.ts';
import { annotationsOf } from '../../electron/common/document/views.ts';
import { classOf, uniqueTitles, wordsOf } from './target-titles.ts';

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
      category: classOf(annotation, document),
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
