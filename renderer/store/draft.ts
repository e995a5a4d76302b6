import type { Reference } from '../../electron/common/document/records.ts';

/** A question while it is typed. References hold on to their words while the text around them changes. */
export interface Draft {
  readonly text: string;
  readonly references: readonly Reference[];
}

export const emptyDraft: Draft = { text: '', references: [] };

/** One draft under the other; references keep their words. */
export function joinedDrafts(first: Draft, second: Draft): Draft {
  if (first.text === '') return second;
  if (second.text === '') return first;
  const shift = first.text.length + 1;
  return {
    text: `${first.text}\n${second.text}`,
    references: [
      ...first.references,
      ...second.references.map((reference) => ({
        ...reference,
        start: reference.start + shift,
        end: reference.end + shift,
      })),
    ],
  };
}

/** Part of a text, the end exclusive. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The draft after typing. References behind the change move with their words; one whose words were changed is plain words from then on. */
export function retyped(draft: Draft, text: string): Draft {
  const { before, after } = unchangedEnds(draft.text, text);
  const changedEnd = draft.text.length - after;
  const shift = text.length - draft.text.length;
  return { text, references: referencesAround(draft, { start: before, end: changedEnd }, shift) };
}

/** The references before a stretch as they are, those behind it moved by `shift`; what lay in it, even in part, is none any more. */
function referencesAround({ references }: Draft, place: Stretch, shift: number): readonly Reference[] {
  return references.flatMap((reference) => {
    if (reference.end <= place.start) return [reference];
    if (reference.start < place.end) return [];
    return [{ ...reference, start: reference.start + shift, end: reference.end + shift }];
  });
}

/** How many characters stay as they are at the start and at the end. */
function unchangedEnds(from: string, to: string): { readonly before: number; readonly after: number } {
  const most = Math.min(from.length, to.length);
  let before = 0;
  while (before < most && from[before] === to[before]) before += 1;
  let after = 0;
  while (after < most - before && from[from.length - 1 - after] === to[to.length - 1 - after]) after += 1;
  return { before, after };
}

/** The draft with `place` replaced by words that mean a target, and what was put in, with a space where words would run together. */
export function withReference(
  draft: Draft,
  place: Stretch,
  named: { readonly shown: string } & Pick<Reference, 'annotationId' | 'words'>,
): { readonly draft: Draft; readonly inserted: string } {
  const lead = /\S$/u.test(draft.text.slice(0, place.start)) && place.start === place.end ? ' ' : '';
  const tail = /^[\p{L}\p{N}]/u.test(draft.text.slice(place.end)) ? ' ' : '';
  const inserted = `${lead}${named.shown}${tail}`;
  const text = draft.text.slice(0, place.start) + inserted + draft.text.slice(place.end);
  const start = place.start + lead.length;
  const shift = inserted.length - (place.end - place.start);
  const kept = referencesAround(draft, place, shift);
  const reference: Reference = {
    start,
    end: start + named.shown.length,
    annotationId: named.annotationId,
    words: named.words,
  };
  return {
    draft: { text, references: [...kept, reference].sort((a, b) => a.start - b.start) },
    inserted,
  };
}

/** Without the space around it, as it is asked. */
export function trimmedDraft(draft: Draft): Draft {
  const text = draft.text.trim();
  const lead = draft.text.length - draft.text.trimStart().length;
  if (lead === 0) return { ...draft, text };
  return {
    text,
    references: draft.references.map((reference) => ({
      ...reference,
      start: reference.start - lead,
      end: reference.end - lead,
    })),
  };
}

/** The "@" that is being typed at the caret and what stands after it; null when no target is being looked for. */
export function mentionAt(
  text: string,
  caret: number,
): { readonly start: number; readonly query: string } | null {
  const start = text.lastIndexOf('@', caret - 1);
  if (caret < 1 || start < 0) return null;
  const query = text.slice(start + 1, caret);
  const isWord = start === 0 || /[\s("'[“‘]/u.test(text.charAt(start - 1));
  // An address ("a@b") or a sign that was left standing lines ago looks for nothing.
  return isWord && query.length <= 60 && !/\n|^\s/u.test(query) ? { start, query } : null;
}
