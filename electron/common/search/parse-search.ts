import {
  type ChoiceField,
  type FieldName,
  type NumberField,
  type WordField,
  fieldCalled,
  fields,
} from './fields.ts';
import type { Pattern, Query, Range, Term } from './query.ts';

/** A part of the text that is no search, in words; it is left out of the query. */
export interface SearchProblem {
  /** Offsets into the text, the end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

export interface Parsed {
  readonly query: Query;
  readonly problems: readonly SearchProblem[];
}

/**
 * What a person means by `class:cup score:<0.5 -state:done name:cam2*`. Terms stand side by side and must all hold; commas part values of
 * which one is enough; "-" before a term turns it round; quotes keep spaces and take words as they are; `colour=red` asks about an
 * attribute; words alone are looked for everywhere. What cannot be read is told and left out, the rest holds.
 */
export function parseSearch(text: string): Parsed {
  const query: Term[] = [];
  const problems: SearchProblem[] = [];
  for (const token of tokensOf(text)) {
    const term = termOf(token);
    if (typeof term === 'string') problems.push({ start: token.start, end: token.end, message: term });
    else if (term !== null) query.push(term);
  }
  return { query, problems };
}

/** Characters of one term, each with whether it stood in quotes. */
interface Token {
  readonly start: number;
  readonly end: number;
  readonly characters: readonly Character[];
  readonly isOpen: boolean;
}
interface Character {
  readonly text: string;
  readonly quoted: boolean;
}
/** Where quotes opened: `""` is a word, though an empty one. */
const quoteMark: Character = { text: '', quoted: true };

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/u.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    const start = at;
    const characters: Character[] = [];
    let isOpen = false;
    for (; at < text.length && (isOpen || !/\s/u.test(text.charAt(at))); at += 1) {
      const character = text.charAt(at);
      if (character === '"') {
        isOpen = !isOpen;
        if (isOpen) characters.push(quoteMark);
      } else if (isOpen && character === '\\' && at + 1 < text.length) {
        at += 1;
        characters.push({ text: text.charAt(at), quoted: true });
      } else characters.push({ text: character, quoted: isOpen });
    }
    tokens.push({ start, end: at, characters, isOpen });
  }
  return tokens;
}

/** The term, null for one without content, or what is wrong with it. */
function termOf({ characters, isOpen }: Token): Term | string | null {
  if (isOpen) return 'The quotation mark is not closed.';
  const isMinus = characters.length > 1 && isPlain(characters[0], '-');
  const rest = isMinus ? characters.slice(1) : characters;
  const negated = isMinus;
  if (isPlain(rest[0], '#')) return withSign(numberTerm('number', rest.slice(1)), negated);
  const sign = rest.findIndex((character) => isPlain(character, ':') || isPlain(character, '='));
  if (sign > 0) {
    const key = textOf(rest.slice(0, sign));
    const values = rest.slice(sign + 1);
    if (isPlain(rest[sign], '=')) {
      const patterns = patternsOf(values);
      return patterns.length === 0
        ? `Say what ${key} should be, as in ${key}=red.`
        : { negated, kind: 'attribute', name: key, patterns };
    }
    const field = rest.slice(0, sign).some(({ quoted }) => quoted) ? null : fieldCalled(key);
    // "12:30" and "http://…" are words; what looks like a field is asked about.
    if (field === null && /^[a-z_]+$/iu.test(key) && !isPlain(values[0], '/')) {
      return `There is nothing called “${key}” to search by. ${knownFields}`;
    }
    if (field !== null) return withSign(fieldTerm(field, values), negated);
  }
  const pattern = asPattern(rest);
  if (pattern !== null && !pattern.quoted && /^(?:AND|OR|NOT)$/u.test(pattern.text)) return joiningWords;
  return pattern === null ? null : { negated, kind: 'anywhere', pattern };
}

/** Said of AND, OR and NOT, which other searches have; in small letters they are words to look for. */
const joiningWords =
  'All terms must hold; write class:cup,book where one of several is enough and -class:cup for what must not be.';

const knownFields = `One can search by ${Object.keys(fields).join(', ')}.`;

/** A term before it is known whether it is turned round. */
type Unsigned = Term extends infer T ? (T extends Term ? Omit<T, 'negated'> : never) : never;

function withSign(term: Unsigned | string, negated: boolean): Term | string {
  return typeof term === 'string' ? term : { ...term, negated };
}

function fieldTerm(field: FieldName, values: readonly Character[]): Unsigned | string {
  if (values.length === 0) return `Say what ${field} should be, as in ${example(field)}.`;
  // The kind of a field's row says which list of names it is in.
  switch (fields[field].kind) {
    case 'name':
    case 'text': {
      const patterns = patternsOf(values);
      if (patterns.length === 0) return `Say what ${field} should be, as in ${example(field)}.`;
      return { kind: 'words', field: field as WordField, patterns };
    }
    case 'number':
      return numberTerm(field as NumberField, values);
    case 'choice':
      return choiceTerm(field as ChoiceField, values);
  }
}

function example(field: FieldName): string {
  const row = fields[field];
  if (row.kind === 'number') return `${field}:>3`;
  return row.kind === 'choice' ? `${field}:${row.choices[0]}` : `${field}:cup`;
}

function numberTerm(field: NumberField, values: readonly Character[]): Unsigned | string {
  const ranges: Range[] = [];
  for (const { text } of patternsOf(values)) {
    const range = rangeOf(text);
    if (range === null) return `“${text}” is no number for ${field}; write 5, <5, >=5, 2..5 or none.`;
    ranges.push(range);
  }
  return ranges.length === 0
    ? `Say which ${field}, as in ${example(field)}.`
    : { kind: 'number', field, ranges };
}

function choiceTerm(field: ChoiceField, values: readonly Character[]): Unsigned | string {
  const choices: readonly string[] = fields[field].choices;
  const chosen = patternsOf(values).map(({ text }) => text.toLowerCase());
  const strange = chosen.find((value) => !choices.includes(value));
  if (strange !== undefined) return `${field} is one of ${choices.join(', ')}, not “${strange}”.`;
  return chosen.length === 0
    ? `Say which ${field}, as in ${example(field)}.`
    : { kind: 'choice', field, values: chosen };
}

function rangeOf(text: string): Range | null {
  if (text.toLowerCase() === 'none') return 'none';
  const between = /^(.+?)\.\.(.+)$/u.exec(text);
  if (between) {
    const [from, to] = [numberOf(between[1]), numberOf(between[2])];
    return from === null || to === null ? null : { from, to, isFromOpen: false, isToOpen: false };
  }
  const [, sign = '', digits] = /^(<=|>=|<|>|=)?(.*)$/u.exec(text) ?? [];
  const number = numberOf(digits);
  if (number === null) return null;
  const whole = { from: -Infinity, to: Infinity, isFromOpen: false, isToOpen: false };
  if (sign.startsWith('<')) return { ...whole, to: number, isToOpen: sign === '<' };
  if (sign.startsWith('>')) return { ...whole, from: number, isFromOpen: sign === '>' };
  return { ...whole, from: number, to: number };
}

function numberOf(text: string | undefined): number | null {
  if (text === undefined || !/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu.test(text)) return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

/** Values between commas; empty ones are none. */
function patternsOf(characters: readonly Character[]): readonly Pattern[] {
  const patterns: Pattern[] = [];
  let part: Character[] = [];
  const end = (): void => {
    const pattern = asPattern(part);
    if (pattern !== null) patterns.push(pattern);
    part = [];
  };
  for (const character of characters) {
    if (isPlain(character, ',')) end();
    else part.push(character);
  }
  end();
  return patterns;
}

/** Quoted where any of it was; null for nothing. */
function asPattern(characters: readonly Character[]): Pattern | null {
  const text = textOf(characters);
  const quoted = characters.some((character) => character.quoted);
  return text === '' ? null : { text, quoted };
}

function textOf(characters: readonly Character[]): string {
  return characters.map(({ text }) => text).join('');
}

function isPlain(character: Character | undefined, text: string): boolean {
  return character !== undefined && !character.quoted && character.text === text;
}
