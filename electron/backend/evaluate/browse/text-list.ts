/** Many texts in little memory: UTF-8 in blocks outside the heap, one after the other, to be read singly or searched block by block. */
export interface TextList {
  readonly length: number;
  add(text: string): void;
  at(index: number): string;
  blocks(): Iterable<TextBlock>;
}

export interface TextBlock {
  /** Number of its first text. */
  readonly first: number;
  /** Its texts, with a line feed after each. */
  readonly bytes: Buffer;
  /** Where each of its texts ends, its line feed not counted. */
  readonly ends: readonly number[];
}

const blockBytes = 1 << 20;
const lineFeed = 10;

interface OpenBlock {
  readonly first: number;
  readonly memory: Buffer;
  readonly ends: number[];
  used: number;
}

export function createTextList(): TextList {
  const blocks: OpenBlock[] = [];
  let length = 0;
  return {
    get length() {
      return length;
    },
    add(text) {
      const needed = Buffer.byteLength(text) + 1;
      let block = blocks.at(-1);
      if (block === undefined || block.used + needed > block.memory.length) {
        block = {
          first: length,
          memory: Buffer.allocUnsafe(Math.max(blockBytes, needed)),
          ends: [],
          used: 0,
        };
        blocks.push(block);
      }
      const end = block.used + block.memory.write(text, block.used);
      block.memory[end] = lineFeed;
      block.ends.push(end);
      block.used = end + 1;
      length++;
    },
    at(index) {
      const block = blocks[lastUpTo(blocks.length, (at) => blocks[at]?.first ?? 0, index)];
      const place = index - (block?.first ?? 0);
      const end = block?.ends[place];
      if (block === undefined || end === undefined) throw new RangeError(`There is no text ${index}.`);
      return block.memory.toString('utf8', place === 0 ? 0 : (block.ends[place - 1] ?? 0) + 1, end);
    },
    *blocks() {
      for (const { first, memory, used, ends } of blocks)
        yield { first, bytes: memory.subarray(0, used), ends };
    },
  };
}

/** The last place of a rising list whose value is at most `value`; -1 where there is none. */
export function lastUpTo(length: number, valueAt: (index: number) => number, value: number): number {
  let [low, high] = [-1, length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (valueAt(middle) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
