import type { ChoiceField, NumberField, WordField } from './fields.ts';

/** A search, understood: every term must hold, one of the values of a term is enough. */
export type Query = readonly Term[];

export type Term = { readonly negated: boolean } & (
  | { readonly kind: 'anywhere'; readonly pattern: Pattern }
  | { readonly kind: 'words'; readonly field: WordField; readonly patterns: readonly Pattern[] }
  | { readonly kind: 'number'; readonly field: NumberField; readonly ranges: readonly Range[] }
  | { readonly kind: 'choice'; readonly field: ChoiceField; readonly values: readonly string[] }
  | { readonly kind: 'attribute'; readonly name: string; readonly patterns: readonly Pattern[] }
);

/** Words as typed; quoted ones mean what they say ("*" is a star, "none" a name). */
export interface Pattern {
  readonly text: string;
  readonly quoted: boolean;
}

/** Numbers from `from` to `to`, both included unless they are open; 'none' is no number at all. */
export type Range =
  | 'none'
  | {
      readonly from: number;
      readonly to: number;
      readonly isFromOpen: boolean;
      readonly isToOpen: boolean;
    };

/** The search as a person could have typed it: parsed again it is the same query. */
export function searchText(query: Query): string {
  return query.map((term) => (term.negated ? '-' : '') + termText(term)).join(' ');
}

function termText(term: Term): string {
  switch (term.kind) {
    case 'anywhere':
      return patternText(term.pattern);
    case 'words':
      return `${term.field}:${term.patterns.map(patternText).join(',')}`;
    case 'number':
      return `${term.field}:${term.ranges.map(rangeText).join(',')}`;
    case 'choice':
      return `${term.field}:${term.values.join(',')}`;
    case 'attribute':
      return `${patternText({ text: term.name, quoted: !/^[\w-]+$/u.test(term.name) })}=${term.patterns.map(patternText).join(',')}`;
  }
}

function patternText({ text, quoted }: Pattern): string {
  return quoted ? `"${text.replaceAll(/["\\]/gu, '\\$&')}"` : text;
}

function rangeText(range: Range): string {
  if (range === 'none') return range;
  const { from, to, isFromOpen, isToOpen } = range;
  if (to === Infinity) return `${isFromOpen ? '>' : '>='}${from}`;
  if (from === -Infinity) return `${isToOpen ? '<' : '<='}${to}`;
  return from === to ? `${from}` : `${from}..${to}`;
}
