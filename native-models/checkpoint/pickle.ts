import { ModelError } from '../errors.ts';

/** A name the pickle asks for. It is only ever compared with a list of known names; nothing is imported or run. */
export class PickleGlobal {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export class PickleTuple {
  readonly items: readonly unknown[];
  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}

export type PickleRules = {
  /** Result of calling a named thing; throws when the name is not on its list. */
  readonly call: (callee: PickleGlobal, args: readonly unknown[]) => unknown;
  /** The object a persistent id stands for. */
  readonly persistent: (id: unknown) => unknown;
  /** For messages. */
  readonly path: string;
};

const mark = Symbol('mark');
const deepestStack = 100_000;
/** A model of a thousand layers takes some half a million. */
const mostInstructions = 2_000_000;

/**
 * Runs a pickle of protocol 2 to 5 as data: containers, numbers, texts and calls that `rules` allows. Never any code.
 *
 * @returns the object and the position behind its STOP
 * @throws ModelError 'checkpoint-corrupt' or whatever `rules` throw
 */
export function unpickle(
  bytes: Uint8Array,
  start: number,
  rules: PickleRules,
): { value: unknown; end: number } {
  return new Machine(bytes, start, rules).run();
}

class Machine {
  readonly #bytes: Uint8Array;
  readonly #data: DataView;
  readonly #rules: PickleRules;
  readonly #stack: unknown[] = [];
  readonly #memo = new Map<number, unknown>();
  #at: number;

  constructor(bytes: Uint8Array, start: number, rules: PickleRules) {
    this.#bytes = bytes;
    this.#data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#rules = rules;
  }

  run(): { value: unknown; end: number } {
    for (let count = 0; ; count++) {
      if (count > mostInstructions) throw this.#corrupt('it goes on without end');
      const opcode = this.#u8();
      if (opcode === 0x2e) return { value: this.#pop(), end: this.#at };
      this.#step(opcode);
      if (this.#stack.length > deepestStack) throw this.#corrupt('it nests without end');
    }
  }

  /** One instruction; the letters are pickle's own names of them. */
  #step(opcode: number): void {
    switch (String.fromCharCode(opcode)) {
      case '\x80': // PROTO
        if (this.#u8() > 5) throw this.#corrupt('its protocol is unknown');
        return;
      case '\x95': // FRAME
        this.#skip(8);
        return;
      case '(':
        return this.#push(mark);
      case '0':
        return void this.#pop();
      case '2':
        return this.#push(this.#top());
      case 'N':
        return this.#push(null);
      case '\x88':
        return this.#push(true);
      case '\x89':
        return this.#push(false);
      case '}':
        return this.#push(new Map<unknown, unknown>());
      case ']':
        return this.#push([]);
      case ')':
        return this.#push(new PickleTuple([]));
      case 't':
        return this.#push(new PickleTuple(this.#popToMark()));
      case '\x85':
      case '\x86':
      case '\x87':
        return this.#push(new PickleTuple(this.#popMany(opcode - 0x84)));
      case 'c':
        return this.#push(new PickleGlobal(`${this.#line()}.${this.#line()}`));
      case '\x93': {
        const name = this.#pop();
        const module = this.#pop();
        return this.#push(new PickleGlobal(`${String(module)}.${String(name)}`));
      }
      case 'Q':
        return this.#push(this.#rules.persistent(this.#pop()));
      case 'R':
        return this.#reduce();
      case 'b': // BUILD: attributes such as an OrderedDict's _metadata, which carry no tensors.
        this.#pop();
        return;
      case 's':
        return this.#setItems(this.#popMany(2));
      case 'u':
        return this.#setItems(this.#popToMark());
      case 'a':
        return this.#append(this.#popMany(1));
      case 'e':
        return this.#append(this.#popToMark());
      default:
        return this.#stepMemoOrScalar(opcode);
    }
  }

  #stepMemoOrScalar(opcode: number): void {
    switch (String.fromCharCode(opcode)) {
      case 'q':
        return void this.#memo.set(this.#u8(), this.#top());
      case 'r':
        return void this.#memo.set(this.#u32(), this.#top());
      case '\x94':
        return void this.#memo.set(this.#memo.size, this.#top());
      case 'h':
        return this.#push(this.#recall(this.#u8()));
      case 'j':
        return this.#push(this.#recall(this.#u32()));
      case 'J':
        return this.#push(this.#data.getInt32(this.#skip(4), true));
      case 'K':
        return this.#push(this.#u8());
      case 'M':
        return this.#push(this.#data.getUint16(this.#skip(2), true));
      case '\x8a':
        return this.#push(this.#long(this.#u8()));
      case 'G':
        return this.#push(this.#data.getFloat64(this.#skip(8), false));
      case 'X':
        return this.#push(this.#text(this.#u32()));
      case '\x8c':
      case 'U':
        return this.#push(this.#text(this.#u8()));
      case 'T':
        return this.#push(this.#text(this.#u32()));
      default:
        throw this.#corrupt(`instruction 0x${opcode.toString(16)} has no place in a list of tensors`);
    }
  }

  #reduce(): void {
    const args = this.#pop();
    const callee = this.#pop();
    if (!(callee instanceof PickleGlobal) || !(args instanceof PickleTuple))
      throw this.#corrupt('it calls something that is not a name');
    this.#push(this.#rules.call(callee, args.items));
  }

  #setItems(items: readonly unknown[]): void {
    const target = this.#top();
    if (!(target instanceof Map) || items.length % 2 !== 0)
      throw this.#corrupt('it fills a dictionary that is none');
    for (let index = 0; index < items.length; index += 2) target.set(items[index], items[index + 1]);
  }

  #append(items: readonly unknown[]): void {
    const target = this.#top();
    if (!Array.isArray(target)) throw this.#corrupt('it fills a list that is none');
    for (const item of items) target.push(item);
  }

  #push(value: unknown): void {
    this.#stack.push(value);
  }

  #pop(): unknown {
    if (this.#stack.length === 0) throw this.#corrupt('it takes more than it gave');
    return this.#stack.pop();
  }

  #top(): unknown {
    if (this.#stack.length === 0) throw this.#corrupt('it takes more than it gave');
    return this.#stack.at(-1);
  }

  #popMany(count: number): unknown[] {
    if (this.#stack.length < count) throw this.#corrupt('it takes more than it gave');
    return this.#stack.splice(this.#stack.length - count);
  }

  #popToMark(): unknown[] {
    const at = this.#stack.lastIndexOf(mark);
    if (at < 0) throw this.#corrupt('a mark is missing');
    return this.#stack.splice(at).slice(1);
  }

  #recall(key: number): unknown {
    if (!this.#memo.has(key)) throw this.#corrupt(`it recalls entry ${key}, which was never stored`);
    return this.#memo.get(key);
  }

  #u8(): number {
    return this.#data.getUint8(this.#skip(1));
  }

  #u32(): number {
    return this.#data.getUint32(this.#skip(4), true);
  }

  /** A little-endian two's-complement integer; tensor sizes fit a number, the format's magic number does not. */
  #long(length: number): number | bigint {
    const at = this.#skip(length);
    let value = 0n;
    for (let index = length - 1; index >= 0; index--)
      value = (value << 8n) | BigInt(this.#bytes[at + index] ?? 0);
    const signed = BigInt.asIntN(length * 8, value);
    return signed >= BigInt(Number.MIN_SAFE_INTEGER) && signed <= BigInt(Number.MAX_SAFE_INTEGER)
      ? Number(signed)
      : signed;
  }

  #text(length: number): string {
    const at = this.#skip(length);
    return new TextDecoder().decode(this.#bytes.subarray(at, at + length));
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw this.#corrupt('it ends in the middle of a name');
    const line = this.#text(end - this.#at);
    this.#skip(1);
    return line;
  }

  /** Moves on by `length` bytes and returns where they began. */
  #skip(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) throw this.#corrupt('it ends in the middle');
    this.#at = at + length;
    return at;
  }

  #corrupt(why: string): ModelError {
    return new ModelError('checkpoint-corrupt', `${this.#rules.path} is cut off or damaged: ${why}.`, {
      path: this.#rules.path,
      at: this.#at,
    });
  }
}
