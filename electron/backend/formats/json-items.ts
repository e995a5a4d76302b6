import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { AppError, isAbort } from '../../common/errors.ts';
import { fileError } from '../app/file-errors.ts';
import { regularFile } from '../app/regular-file.ts';
import { createBreather } from '../app/breather.ts';
import type { FormatSource } from './format.ts';
import { parseJson } from './parse-json.ts';
import { isSpace, parseJsonInTurns } from './parse-json-in-turns.ts';

/**
 * Reads a JSON file of any size piece by piece: the members of its outermost array, or of the arrays directly inside its
 * outermost object, one at a time. Never more than one member and one block of the file is in memory.
 */
export interface JsonItem {
  /** Key of the outermost object; null when the file is an array. */
  readonly key: string | null;
  /** Place in the array; null for a value that is no array. */
  readonly index: number | null;
  /** Null when it was not wanted. */
  readonly value: unknown;
  /** Bytes of the file that it takes, the end exclusive; only where ReadOptions asks for them. */
  readonly place?: { readonly start: number; readonly end: number };
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** Values under keys it refuses are passed over without being parsed. */
  readonly isWanted?: (key: string | null) => boolean;
  readonly onBytes?: (done: number, total: number) => void;
  /** Whether each member says where it stands. */
  readonly isPlaced?: boolean;
  /** Largest single member; 64 MB unless stated. */
  readonly maximumItemBytes?: number;
}

/** The largest single member: an 8K mask with millions of polygon points is under it. */
const largestItemBytes = 64 * 1024 * 1024;
const deepest = 64;
/** From here on a member is parsed in turns. */
const largeBytes = 1 << 18;
const blockBytes = 1 << 20;
/** Of a block, read before others get their turn: as empty members that is some 20,000. */
const stretchBytes = 1 << 16;

/**
 * Yields the members block by block.
 *
 * @throws AppError 'bad-file' when it is no JSON, ends early, or is not an array or object; 'too-large' for a member over
 *   64 MB; 'file-not-found', 'file-not-readable'
 */
export async function* readJsonItems(source: FormatSource, options: ReadOptions): AsyncGenerator<JsonItem[]> {
  const scanner = new JsonScanner(options);
  const breathe = createBreather(options.signal);
  let done = 0;
  const total = await sizeOf(source);
  for await (const block of blocksOf(source, options.signal)) {
    for (let start = 0; start < block.length; start += stretchBytes) {
      await breathe();
      const items = scanner.read(block.subarray(start, start + stretchBytes));
      for (const [at, item] of items.entries()) {
        if (item.value instanceof LargeMember)
          items[at] = { ...item, value: await item.value.parse(options.signal) };
      }
      if (items.length > 0) yield items;
    }
    done += block.length;
    options.onBytes?.(done, total);
  }
  scanner.finish();
}

async function sizeOf(source: FormatSource): Promise<number> {
  if (source.kind === 'bytes') return source.data.length;
  try {
    const found = await stat(source.path);
    if (found.isFile() || found.isDirectory()) return found.size;
    const message = `${source.path} is a pipe or a device. An import reads its file more than once: save it as a file first.`;
    throw new AppError('bad-input', message, { path: source.path });
  } catch (error) {
    throw fileError(error, source.path, 'read');
  }
}

async function* blocksOf(source: FormatSource, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (source.kind === 'bytes') {
    for (let start = 0; start < source.data.length; start += blockBytes) {
      yield source.data.subarray(start, start + blockBytes);
    }
    return;
  }
  try {
    await regularFile(source.path);
    yield* createReadStream(source.path, { highWaterMark: blockBytes, signal }) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw fileError(error, source.path, 'read');
  }
}

const code = (character: string): number => character.charCodeAt(0);
const quote = code('"');
const backslash = code('\\');
const comma = code(',');
const colon = code(':');
const openBrace = code('{');
const closeBrace = code('}');
const openBracket = code('[');
const closeBracket = code(']');

type Expectation =
  | 'root'
  | 'key-or-end'
  | 'key'
  | 'colon'
  | 'value'
  | 'item-or-end'
  | 'item'
  | 'after-item'
  | 'after-value'
  | 'end';

/** Text of a member that is parsed once the scanner has given way. */
class LargeMember {
  readonly #text: Uint8Array;
  readonly #unreadable: (error: unknown) => AppError;

  constructor(text: Uint8Array, unreadable: (error: unknown) => AppError) {
    this.#text = text;
    this.#unreadable = unreadable;
  }

  async parse(signal: AbortSignal): Promise<unknown> {
    try {
      return await parseJsonInTurns(this.#text, signal);
    } catch (error) {
      if (isAbort(error)) throw error;
      throw this.#unreadable(error);
    }
  }
}

/** Finds where each member starts and ends; what is inside it is left to JSON.parse. */
class JsonScanner {
  readonly #isWanted: (key: string | null) => boolean;
  readonly #maximumItemBytes: number;
  readonly #isPlaced: boolean;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #expects: Expectation = 'root';
  #isRootArray = false;
  #key: string | null = null;
  #index = 0;
  #offset = 0; // bytes of earlier blocks
  // The member being gathered.
  #gathering: 'nothing' | 'key' | 'value' = 'nothing';
  #memberStart = 0;
  #parts: Uint8Array[] = [];
  #gatheredBytes = 0;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #isScalar = false;
  #items: JsonItem[] = [];

  constructor({ isWanted, maximumItemBytes, isPlaced }: ReadOptions) {
    this.#isWanted = isWanted ?? (() => true);
    this.#maximumItemBytes = maximumItemBytes ?? largestItemBytes;
    this.#isPlaced = isPlaced ?? false;
  }

  read(block: Uint8Array): JsonItem[] {
    this.#items = [];
    let at = this.#offset === 0 ? skipByteOrderMark(block) : 0;
    while (at < block.length)
      at = this.#gathering === 'nothing' ? this.#step(block, at) : this.#gather(block, at);
    this.#offset += block.length;
    return this.#items;
  }

  finish(): void {
    if (this.#expects === 'end' && this.#gathering === 'nothing') return;
    if (this.#offset === 0 || this.#expects === 'root') throw new AppError('bad-file', 'The file is empty.');
    const where = this.#key === null ? '' : ` inside "${this.#key}"`;
    throw new AppError(
      'bad-file',
      `The file ends in the middle${where}, after ${this.#offset} bytes: it was cut off.`,
      {
        bytes: this.#offset,
      },
    );
  }

  /** One byte between members. */
  #step(block: Uint8Array, at: number): number {
    const byte = block[at] as number;
    if (isSpace(byte)) {
      let next = at + 1;
      while (next < block.length && isSpace(block[next])) next += 1;
      return next;
    }
    switch (this.#expects) {
      case 'root':
        return this.#startRoot(byte, at);
      case 'key-or-end':
      case 'key':
        if (byte === closeBrace && this.#expects === 'key-or-end') return this.#expect('end', at + 1);
        if (byte !== quote) throw this.#unexpected(byte, at);
        return this.#startGathering('key', at);
      case 'colon':
        if (byte !== colon) throw this.#unexpected(byte, at);
        return this.#expect('value', at + 1);
      case 'value':
        if (byte === openBracket) {
          this.#index = 0;
          return this.#expect('item-or-end', at + 1);
        }
        return this.#startGathering('value', at);
      case 'item-or-end':
      case 'item':
        if (byte === closeBracket && this.#expects === 'item-or-end') return this.#endArray(at + 1);
        return this.#startGathering('value', at);
      case 'after-item':
        if (byte === comma) return this.#expect('item', at + 1);
        if (byte === closeBracket) return this.#endArray(at + 1);
        throw this.#unexpected(byte, at);
      case 'after-value':
        if (byte === comma) return this.#expect('key', at + 1);
        if (byte === closeBrace) return this.#expect('end', at + 1);
        throw this.#unexpected(byte, at);
      case 'end':
        throw this.#unexpected(byte, at);
    }
  }

  #startRoot(byte: number, at: number): number {
    if (byte === openBracket) {
      this.#isRootArray = true;
      return this.#expect('item-or-end', at + 1);
    }
    if (byte === openBrace) return this.#expect('key-or-end', at + 1);
    throw new AppError('bad-file', 'The file is not JSON: it begins with neither { nor [.', { byte });
  }

  #expect(next: Expectation, at: number): number {
    this.#expects = next;
    return at;
  }

  #endArray(at: number): number {
    return this.#expect(this.#isRootArray ? 'end' : 'after-value', at);
  }

  #startGathering(kind: 'key' | 'value', at: number): number {
    this.#gathering = kind;
    this.#memberStart = this.#offset + at;
    this.#parts = [];
    this.#gatheredBytes = 0;
    this.#depth = 0;
    this.#isInString = false;
    this.#isEscaped = false;
    this.#isScalar = false;
    return at;
  }

  /** Runs to the end of the member or of the block. */
  #gather(block: Uint8Array, from: number): number {
    const end = this.#endOfMember(block, from);
    const isKept = this.#gathering === 'key' || this.#isWanted(this.#key);
    this.#gatheredBytes += (end ?? block.length) - from;
    if (isKept) {
      // A copy: the block's memory may be used again for the next one.
      this.#parts.push(block.slice(from, end ?? block.length));
      if (this.#gatheredBytes > this.#maximumItemBytes) {
        const megabytes = Math.floor(this.#maximumItemBytes / 2 ** 20);
        throw new AppError(
          'too-large',
          `One entry of "${this.#key ?? 'the file'}" is larger than ${megabytes} MB.`,
          {
            index: this.#index,
          },
        );
      }
    }
    if (end === null) return block.length;
    this.#finishMember(isKept, this.#offset + end);
    return end;
  }

  /** Where the member ends in this block, or null when it goes on. Its state is in locals while it runs: this sees every byte. */
  #endOfMember(block: Uint8Array, from: number): number | null {
    let depth = this.#depth;
    let isInString = this.#isInString;
    let isEscaped = this.#isEscaped;
    let isScalar = this.#isScalar;
    let at = from;
    let end: number | null = null;
    for (; at < block.length && end === null; at++) {
      const byte = block[at] as number;
      if (isInString) {
        if (isEscaped) isEscaped = false;
        else if (byte === backslash) isEscaped = true;
        else if (byte === quote) {
          isInString = false;
          if (depth === 0) end = at + 1;
        }
      } else if (byte === quote) {
        isInString = true;
      } else if (byte === openBrace || byte === openBracket) {
        if (++depth > deepest) throw this.#unexpected(byte, at);
      } else if (byte === closeBrace || byte === closeBracket) {
        if (depth > 0) {
          if (--depth === 0) end = at + 1;
        } else if (isScalar) end = at;
        else throw this.#unexpected(byte, at);
      } else if (depth === 0) {
        if (byte > 32 && byte !== comma) isScalar = true;
        else if (isScalar) end = at;
        else throw this.#unexpected(byte, at);
      }
    }
    this.#depth = depth;
    this.#isInString = isInString;
    this.#isEscaped = isEscaped;
    this.#isScalar = isScalar;
    return end;
  }

  #finishMember(isKept: boolean, end: number): void {
    const kind = this.#gathering;
    this.#gathering = 'nothing';
    const value = isKept ? this.#parse() : null;
    if (kind === 'key') {
      this.#key = String(value);
      this.#expects = 'colon';
      return;
    }
    const isItem = this.#expects !== 'value';
    const place = this.#isPlaced ? { place: { start: this.#memberStart, end } } : {};
    this.#items.push({ key: this.#key, index: isItem ? this.#index++ : null, value, ...place });
    this.#expects = isItem ? 'after-item' : 'after-value';
  }

  #parse(): unknown {
    const [key, index] = [this.#key, this.#index];
    const unreadable = (error: unknown): AppError => {
      const where = key === null ? `entry ${index}` : `"${key}", entry ${index},`;
      const reason = error instanceof Error ? error.message.slice(0, 120) : '';
      const message = `The file is not JSON: ${where} cannot be read (${reason}).`;
      return new AppError('bad-file', message, { index });
    };
    const text = Buffer.concat(this.#parts);
    this.#parts = [];
    if (text.length > largeBytes && this.#expects !== 'key' && this.#expects !== 'key-or-end')
      return new LargeMember(text, unreadable);
    try {
      return parseJson(this.#decoder.decode(text));
    } catch (error) {
      throw unreadable(error);
    }
  }

  #unexpected(byte: number, at: number): AppError {
    const place = this.#offset + at;
    const shown = byte > 32 && byte < 127 ? `"${String.fromCharCode(byte)}"` : `byte ${byte}`;
    return new AppError(
      'bad-file',
      `The file is not JSON: ${shown} at byte ${place} does not belong there.`,
      { place },
    );
  }
}

function skipByteOrderMark(block: Uint8Array): number {
  if ((block[0] === 0xff && block[1] === 0xfe) || (block[0] === 0xfe && block[1] === 0xff)) {
    throw new AppError('bad-file', 'The file is UTF-16 text; JSON files are UTF-8. Save it as UTF-8 first.');
  }
  return block[0] === 0xef && block[1] === 0xbb && block[2] === 0xbf ? 3 : 0;
}
