import { createBreather } from '../app/breather.ts';
import { type JsonValue, parseJson } from './parse-json.ts';

/** Handed to JSON.parse at once: some milliseconds. */
const pieceBytes = 1 << 18;
/** Looked at before others may get their turn. */
const stretchBytes = 1 << 16;
const deepest = 64;

const code = (character: string): number => character.charCodeAt(0);
const [quote, backslash, comma, colon] = ['"', '\\', ',', ':'].map(code) as [number, number, number, number]; // four were given
const closerOf: ReadonlyMap<number | undefined, number> = new Map([
  [code('{'), code('}')],
  [code('['), code(']')],
]);
const closers: ReadonlySet<number | undefined> = new Set(closerOf.values());

/**
 * What `parseJson` makes of UTF-8 text, made in pieces between which others are answered: a large value is cut between its members, as deep
 * as it takes. A single text or number is read in one go.
 *
 * @throws SyntaxError as parseJson, and for what is nested deeper than 64; TypeError for what is no UTF-8; AbortError
 */
export async function parseJsonInTurns(text: Uint8Array, signal: AbortSignal): Promise<JsonValue> {
  return valueOf(trimmed(text), { breathe: createBreather(signal), depth: 0 });
}

interface Reading {
  readonly breathe: () => Promise<void>;
  readonly depth: number;
}

async function valueOf(text: Uint8Array, reading: Reading): Promise<JsonValue> {
  if (text.length <= pieceBytes || !closerOf.has(text[0])) return parseJson(decoded(text));
  return text[0] === code('[') ? arrayOf(text, reading) : objectOf(text, reading);
}

async function arrayOf(text: Uint8Array, reading: Reading): Promise<JsonValue[]> {
  const values: JsonValue[] = [];
  for await (const { members, isLarge } of groupsOf(text, reading)) {
    if (isLarge) values.push(await valueOf(members, deeper(reading)));
    // Holds because the text between brackets is a list or no JSON. Not spread: a call takes only so many arguments.
    else for (const value of parseJson(`[${decoded(members)}]`) as JsonValue[]) values.push(value);
  }
  return values;
}

async function objectOf(text: Uint8Array, reading: Reading): Promise<Record<string, JsonValue>> {
  const object: Record<string, JsonValue> = {};
  for await (const { members, isLarge } of groupsOf(text, reading)) {
    if (isLarge) {
      const { key, value } = memberOf(members);
      put(object, key, await valueOf(value, deeper(reading)));
    } else {
      // Holds for the same reason.
      const part = parseJson(`{${decoded(members)}}`) as Record<string, JsonValue>;
      for (const key of Object.keys(part)) put(object, key, part[key]);
    }
  }
  return object;
}

/** As JSON.parse does it: a key may be `__proto__`. */
function put(object: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

function memberOf(member: Uint8Array): { readonly key: string; readonly value: Uint8Array } {
  let end = 1;
  while (end < member.length && member[end] !== quote) end += member[end] === backslash ? 2 : 1;
  const rest = trimmed(member.subarray(end + 1));
  if (member[0] !== quote || rest[0] !== colon) throw new SyntaxError('a member without a name');
  // Holds because it begins and ends with a quote.
  return {
    key: JSON.parse(decoded(member.subarray(0, end + 1))) as string,
    value: trimmed(rest.subarray(1)),
  };
}

interface Group {
  /** Neighbours with the commas between them; one alone where it is large. */
  readonly members: Uint8Array;
  readonly isLarge: boolean;
}

/** The members of an array or object, several at a time. */
async function* groupsOf(text: Uint8Array, { breathe, depth: outside }: Reading): AsyncGenerator<Group> {
  let [depth, isInString, count] = [0, false, 0];
  let [groupStart, memberStart] = [1, 1];
  const group = (start: number, end: number, isLarge: boolean): Group => {
    const members = trimmed(text.subarray(start, end));
    const isEmpty = members.length === 0;
    if (isEmpty && (count > 0 || text[end] === comma)) throw new SyntaxError('nothing between two commas');
    count += 1;
    return { members, isLarge: isLarge && !isEmpty };
  };
  let nextTurn = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (at >= nextTurn) {
      await breathe();
      nextTurn = at + stretchBytes;
    }
    const byte = text[at];
    if (isInString) {
      if (byte === backslash) at += 1;
      else if (byte === quote) isInString = false;
      continue;
    }
    if (byte === quote) isInString = true;
    else if (closerOf.has(byte) && ++depth + outside > deepest) throw new SyntaxError('nested too deep');
    else if (closers.has(byte)) depth -= 1;
    const isEnd = depth === 0;
    if (!isEnd && (depth > 1 || byte !== comma)) continue;
    if (at - memberStart > pieceBytes) {
      if (memberStart > groupStart) yield group(groupStart, memberStart - 1, false);
      yield group(memberStart, at, true);
      groupStart = at + 1;
    } else if (isEnd || at - groupStart > pieceBytes) {
      yield group(groupStart, at, false);
      groupStart = at + 1;
    }
    memberStart = at + 1;
    if (!isEnd) continue;
    if (byte !== closerOf.get(text[0]) || at + 1 < text.length)
      throw new SyntaxError('brackets do not match');
    return;
  }
  throw new SyntaxError('it ends in the middle');
}

function deeper({ breathe, depth }: Reading): Reading {
  return { breathe, depth: depth + 1 };
}

/** Whether JSON lets a byte stand between its signs for nothing. */
export const isSpace = (byte: number | undefined): boolean =>
  byte === 32 || byte === 10 || byte === 13 || byte === 9;

function trimmed(text: Uint8Array): Uint8Array {
  let [start, end] = [0, text.length];
  while (start < end && isSpace(text[start])) start += 1;
  while (end > start && isSpace(text[end - 1])) end -= 1;
  return text.subarray(start, end);
}

function decoded(text: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text);
}
