import { cutText } from '../cut-text.ts';
import { emptyDiff } from './diff.ts';
import type { Document } from './document.ts';
import { changedImages } from './image-state.ts';
import type { AnnotationId, Comment, Diff, ImageId } from './records.ts';
import { changedTargets } from './target-edits.ts';

/** The longest comment the document takes. */
const longestComment = 10_000;

/** What a comment is about. */
export type CommentPlace =
  | { readonly kind: 'image'; readonly id: ImageId }
  | { readonly kind: 'annotation'; readonly id: AnnotationId };

/** With a word added to an image or a target, behind those that were written; words of spaces only add nothing. */
export function withComment(document: Document, place: CommentPlace, text: string, at: string): Diff {
  const words = cutText(text.trim(), longestComment);
  return words === ''
    ? emptyDiff
    : commented(document, place, (comments) => [...comments, { text: words, at }]);
}

/** Without the comment in that place of the list. */
export function withoutComment(document: Document, place: CommentPlace, index: number): Diff {
  return commented(document, place, (comments) => comments.filter((_, at) => at !== index));
}

function commented(
  document: Document,
  place: CommentPlace,
  change: (comments: readonly Comment[]) => readonly Comment[],
): Diff {
  return place.kind === 'image'
    ? changedImages(document, [place.id], ({ comments }) => ({ comments: change(comments) }))
    : changedTargets(document, [place.id], ({ comments }) => ({ comments: change(comments) }));
}
