import { AppError } from '../../../common/errors.ts';

/** What a pickle of plain data holds: no objects, nothing that runs. */
export type Plain =
  | null
  | boolean
  | number
  | bigint
  | string
  | Plain[]
  | Map<Plain, Plain>
  | { readonly tuple: readonly Plain[] };

const mark = Symbol('mark');
type Slot = Plain | typeof mark;

/** Numbers of Python's pickle opcodes that plain data uses, protocols 0 to 4. Source: Python Lib/pickletools.py */
const code = (character: string): number => character.charCodeAt(0);

/** Deeper or longer is no list of references. */
const mostMemo = 50_000_000;

/**
 * Reads a pickle of lists, dictionaries, texts and numbers, as the published refCOCO files are. What would make an object or call something is refused: nothing of a
 * pickle is ever run.
 *
 * @throws AppError 'bad-file' when it is none, is damaged, or holds more than plain data
 */
export function readPickle(bytes: Uint8Array): Plain {
  return new PickleReader(bytes).read();
}

class PickleReader {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  #at = 0;
  readonly #stack: Slot[] = [];
  readonly #memo = new Map<number, Plain>();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): Plain {
    try {
      for (;;) {
        const opcode = this.#take(1)[0] as number;
        if (opcode === code('.')) return this.#pop();
        this.#run(opcode);
      }
    } catch (error) {
      if (error instanceof RangeError) throw bad('it ends in the middle');
      throw error;
    }
  }

  #run(opcode: number): void {
    const stack = this.#stack;
    switch (opcode) {
      case 0x80: // PROTO
        this.#take(1);
        return;
      case 0x95: // FRAME
        this.#take(8);
        return;
      case code('('):
        return void stack.push(mark);
      case code('0'):
        return void this.#pop();
      case code('1'):
        return void this.#toMark();
      case code('N'):
        return void stack.push(null);
      case 0x88:
        return void stack.push(true);
      case 0x89:
        return void stack.push(false);
      case code('I'):
        return void stack.push(this.#textInt(this.#line()));
      case code('L'):
        return void stack.push(whole(this.#line().replace(/L$/u, '')));
      case code('J'):
        return void stack.push(this.#number(4, (at) => this.#view.getInt32(at, true)));
      case code('K'):
        return void stack.push(this.#number(1, (at) => this.#view.getUint8(at)));
      case code('M'):
        return void stack.push(this.#number(2, (at) => this.#view.getUint16(at, true)));
      case 0x8a:
        return void stack.push(littleInteger(this.#take(this.#size(1))));
      case code('F'):
        return void stack.push(Number(this.#line()));
      case code('G'):
        return void stack.push(this.#number(8, (at) => this.#view.getFloat64(at)));
      case code('S'):
        return void stack.push(quoted(this.#line()));
      case code('V'):
        return void stack.push(escaped(this.#line()));
      case code('U'):
      case code('C'):
        return void stack.push(latin(this.#take(this.#size(1))));
      case code('T'):
      case code('B'):
        return void stack.push(latin(this.#take(this.#size(4))));
      case 0x8c:
        return void stack.push(utf8(this.#take(this.#size(1))));
      case code('X'):
        return void stack.push(utf8(this.#take(this.#size(4))));
      case code(']'):
        return void stack.push([]);
      case code('l'):
        return void stack.push(this.#toMark());
      case code('a'): {
        const value = this.#pop();
        this.#list().push(value);
        return;
      }
      case code('e'): {
        const values = this.#toMark();
        const list = this.#list();
        for (const value of values) list.push(value);
        return;
      }
      case code('}'):
        return void stack.push(new Map());
      case code('d'):
        return void stack.push(pairs(new Map(), this.#toMark()));
      case code('s'): {
        const [value, key] = [this.#pop(), this.#pop()];
        this.#dictionary().set(key, value);
        return;
      }
      case code('u'): {
        const values = this.#toMark();
        pairs(this.#dictionary(), values);
        return;
      }
      case code(')'):
        return void stack.push({ tuple: [] });
      case code('t'):
        return void stack.push({ tuple: this.#toMark() });
      case 0x85:
      case 0x86:
      case 0x87: {
        const tuple = Array.from({ length: opcode - 0x84 }, () => this.#pop()).reverse();
        return void stack.push({ tuple });
      }
      case code('p'):
        return this.#remember(Number(this.#line()));
      case code('q'):
        return this.#remember(this.#size(1));
      case code('r'):
        return this.#remember(this.#size(4));
      case 0x94:
        return this.#remember(this.#memo.size);
      case code('g'):
        return void stack.push(this.#recall(Number(this.#line())));
      case code('h'):
        return void stack.push(this.#recall(this.#size(1)));
      case code('j'):
        return void stack.push(this.#recall(this.#size(4)));
      default:
        throw bad(
          `it holds more than lists, dictionaries, texts and numbers (instruction ${opcode}), and nothing in it is run`,
        );
    }
  }

  #take(count: number): Uint8Array {
    const end = this.#at + count;
    if (count < 0 || end > this.#bytes.length) throw bad('it ends in the middle');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  #number(count: number, read: (at: number) => number): number {
    const at = this.#at;
    this.#take(count);
    return read(at);
  }

  #size(count: 1 | 4): number {
    return this.#number(count, (at) =>
      count === 1 ? this.#view.getUint8(at) : this.#view.getUint32(at, true),
    );
  }

  #line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) throw bad('it ends in the middle');
    const text = latin(this.#bytes.subarray(this.#at, end));
    this.#at = end + 1;
    return text.replace(/\r$/u, '');
  }

  #textInt(text: string): Plain {
    return text === '00' ? false : text === '01' ? true : whole(text);
  }

  #pop(): Plain {
    const value = this.#stack.pop();
    if (value === undefined || value === mark) throw bad('its parts do not fit together');
    return value;
  }

  #toMark(): Plain[] {
    const at = this.#stack.lastIndexOf(mark);
    if (at < 0) throw bad('its parts do not fit together');
    const values = this.#stack.splice(at).slice(1);
    // The last mark was at the front, so none is among them.
    return values as Plain[];
  }

  #list(): Plain[] {
    const list = this.#stack.at(-1);
    if (!Array.isArray(list)) throw bad('its parts do not fit together');
    return list;
  }

  #dictionary(): Map<Plain, Plain> {
    const dictionary = this.#stack.at(-1);
    if (!(dictionary instanceof Map)) throw bad('its parts do not fit together');
    return dictionary;
  }

  #remember(place: number): void {
    const value = this.#stack.at(-1);
    if (value === undefined || value === mark || this.#memo.size > mostMemo)
      throw bad('its parts do not fit together');
    this.#memo.set(place, value);
  }

  #recall(place: number): Plain {
    const value = this.#memo.get(place);
    if (value === undefined) throw bad('its parts do not fit together');
    return value;
  }
}

function bad(why: string): AppError {
  return new AppError('bad-file', `The pickle cannot be read: ${why}.`);
}

function pairs(dictionary: Map<Plain, Plain>, values: readonly Plain[]): Map<Plain, Plain> {
  if (values.length % 2 !== 0) throw bad('its parts do not fit together');
  for (let at = 0; at < values.length; at += 2) dictionary.set(values[at] as Plain, values[at + 1] as Plain);
  return dictionary;
}

function whole(text: string): number | bigint {
  if (!/^-?\d{1,400}$/u.test(text)) throw bad('a number in it is none');
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

function littleInteger(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte);
  const signed = BigInt.asIntN(8 * bytes.length, value);
  const number = Number(signed);
  return Number.isSafeInteger(number) ? number : signed;
}

function latin(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** A Python string as it is written in source. */
function quoted(text: string): string {
  const inner = /^(['"])([\s\S]*)\1$/u.exec(text)?.[2];
  if (inner === undefined) throw bad('a text in it is none');
  const simple: Readonly<Record<string, string>> = {
    n: '\n',
    t: '\t',
    r: '\r',
    '\\': '\\',
    "'": "'",
    '"': '"',
  };
  return inner.replaceAll(
    /\\(?:x([\da-f]{2})|(.))/giu,
    (whole_, hex: string | undefined, letter: string | undefined) =>
      hex === undefined ? (simple[letter ?? ''] ?? whole_) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function escaped(text: string): string {
  return text.replaceAll(
    /\\u([\da-f]{4})|\\U([\da-f]{8})/giu,
    (_, short: string | undefined, long: string | undefined) =>
      String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(short ?? long ?? '0', 16))),
  );
}

/** What can be written: as JSON has it, whole numbers as integers. */
export type Written =
  | null
  | boolean
  | number
  | string
  | readonly Written[]
  | { readonly [key: string]: Written };

/** A pickle of protocol 2, which Python 2 and 3 read. */
export function pickleOf(value: Written): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x80, 2)];
  const put = (each: Written): void => {
    if (each === null) parts.push(bytesOf('N'));
    else if (typeof each === 'boolean') parts.push(Uint8Array.of(each ? 0x88 : 0x89));
    else if (typeof each === 'number') parts.push(numberBytes(each));
    else if (typeof each === 'string') {
      const text = new TextEncoder().encode(each);
      parts.push(bytesOf('X'), uint32(text.length), text);
    } else if (Array.isArray(each)) {
      parts.push(bytesOf(']('));
      for (const item of each as readonly Written[]) put(item);
      parts.push(bytesOf('e'));
    } else {
      parts.push(bytesOf('}('));
      for (const [key, item] of Object.entries(each)) {
        put(key);
        put(item);
      }
      parts.push(bytesOf('u'));
    }
  };
  put(value);
  parts.push(bytesOf('.'));
  return Buffer.concat(parts);
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function numberBytes(value: number): Uint8Array {
  const isSmall = Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
  const bytes = new Uint8Array(isSmall ? 5 : 9);
  const view = new DataView(bytes.buffer);
  bytes[0] = code(isSmall ? 'J' : 'G');
  if (isSmall) view.setInt32(1, value, true);
  else view.setFloat64(1, value);
  return bytes;
}
