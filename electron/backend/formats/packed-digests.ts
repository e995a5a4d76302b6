import { createHash } from 'node:crypto';

/** SHA-1 of texts, in the order in which they came: what was written is compared with what is read again, by 20 bytes each. */
export class PackedDigests {
  readonly #blocks: Buffer[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(text: string): void {
    const [block, start] = this.#placeOf(this.#length);
    digestOf(text).copy(block, start);
    this.#length += 1;
  }

  /** False also where nothing came at that place. */
  isAt(index: number, text: string): boolean {
    if (index >= this.#length) return false;
    const [block, start] = this.#placeOf(index);
    return digestOf(text).equals(block.subarray(start, start + digestBytes));
  }

  #placeOf(index: number): [Buffer, number] {
    const block = (this.#blocks[Math.floor(index / blockDigests)] ??= Buffer.alloc(
      digestBytes * blockDigests,
    ));
    return [block, digestBytes * (index % blockDigests)];
  }
}

const digestBytes = 20;
const blockDigests = 16_384;

function digestOf(text: string): Buffer {
  return createHash('sha1').update(text).digest();
}
