/** What a search may ask about, by what it is compared with. A field of targets is asked of one and the same target (search-images.ts). */
export const fields = {
  /** The whole name, capitals aside; "*" and "?" stand for any letters, "none" for targets without a class. */
  class: { of: 'target', kind: 'name' },
  group: { of: 'target', kind: 'name' },
  /** Part of the text, or the whole of it where "*" or "?" is used. */
  name: { of: 'image', kind: 'text' },
  folder: { of: 'image', kind: 'text' },
  question: { of: 'image', kind: 'text' },
  answer: { of: 'image', kind: 'text' },
  target: { of: 'target', kind: 'text' },
  comment: { of: 'image', kind: 'text' },
  /** 5, <0.5, >=3, 2..7; "none" where nobody gave one. */
  score: { of: 'target', kind: 'number' },
  area: { of: 'target', kind: 'number' },
  targets: { of: 'image', kind: 'number' },
  turns: { of: 'image', kind: 'number' },
  classes: { of: 'image', kind: 'number' },
  width: { of: 'image', kind: 'number' },
  height: { of: 'image', kind: 'number' },
  /** The place in the project, from 1; "#12" is short for it. */
  number: { of: 'image', kind: 'number' },
  state: { of: 'image', kind: 'choice', choices: ['new', 'labelled', 'review', 'done', 'skipped'] },
  split: { of: 'image', kind: 'choice', choices: ['train', 'val', 'test', 'none'] },
  has: { of: 'image', kind: 'choice', choices: ['target', 'question', 'comment', 'licence', 'draft'] },
  file: { of: 'image', kind: 'choice', choices: ['present', 'missing', 'changed'] },
  review: { of: 'target', kind: 'choice', choices: ['proposed', 'accepted', 'rejected'] },
  source: { of: 'target', kind: 'choice', choices: ['model', 'person', 'import'] },
  is: { of: 'target', kind: 'choice', choices: ['edited', 'locked', 'hidden', 'crowd', 'empty'] },
} as const satisfies Record<
  string,
  {
    readonly of: 'image' | 'target';
    readonly kind: 'name' | 'text' | 'number' | 'choice';
    readonly choices?: readonly string[];
  }
>;

export type FieldName = keyof typeof fields;
type FieldOfKind<Kind> = {
  [Name in FieldName]: (typeof fields)[Name]['kind'] extends Kind ? Name : never;
}[FieldName];
export type WordField = FieldOfKind<'name' | 'text'>;
export type NumberField = FieldOfKind<'number'>;
export type ChoiceField = FieldOfKind<'choice'>;

/** Other words people try. */
const synonyms: Readonly<Record<string, FieldName>> = {
  label: 'class',
  category: 'class',
  supercategory: 'group',
  file_name: 'name',
  status: 'state',
  phrase: 'target',
  questions: 'turns',
  masks: 'targets',
  note: 'comment',
};

export function fieldCalled(word: string): FieldName | null {
  const name = word.toLowerCase();
  if (Object.hasOwn(fields, name)) return name as FieldName; // an own key, by the line's condition
  return Object.hasOwn(synonyms, name) ? (synonyms[name] ?? null) : null;
}
