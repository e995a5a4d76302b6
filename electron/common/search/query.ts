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
