import { AppError } from '../../../common/errors.ts';

/**
 * The run lengths of Label Studio's brush: a stream of bits, most significant first. 32 bits how many elements, 5 bits their size - 1, four
 * times 4 bits the sizes of run lengths - 1; then records: 1 bit whether one element is repeated, 2 bits which size, that many bits the
 * length - 1, and the element, or that many of them. The elements are RGBA along the rows; the mask is the alpha.
 * Source: FORMATS.md section 8 (label-studio-sdk converter/brush.py).
 */
const lengthBits = [3, 4, 8, 16] as const;

/** @param mask u8 [height, width], 0 or 1 */
export function encodeBrush(mask: Uint8Array): number[] {
  const bits = new BitWriter();
  bits.write(mask.length * 4, 32);
  bits.write(7, 5);
  for (const size of lengthBits) bits.write(size - 1, 4);
  for (let at = 0; at < mask.length; ) {
    let end = at;
    while (end < mask.length && mask[end] === mask[at]) end++;
    // Each pixel is four equal elements.
    for (let left = (end - at) * 4; left > 0; ) {
      const length = Math.min(left, 1 << 16);
      const size = lengthBits.findIndex((each) => length <= 1 << each);
      bits.write(1, 1);
      bits.write(size, 2);
      bits.write(length - 1, lengthBits[size] as number);
      bits.write(mask[at] === 0 ? 0 : 255, 8);
      left -= length;
    }
    at = end;
  }
  return bits.bytes();
}

/** @returns u8 [pixels], 0 or 1. @throws AppError 'bad-rle' */
export function decodeBrush(bytes: ArrayLike<number>, pixels: number): Uint8Array {
  const bits = new BitReader(bytes);
  const count = bits.read(32);
  // RGBA; a mask alone where a script wrote it.
  const channels = count === pixels ? 1 : 4;
  if (count !== pixels * channels)
    throw new AppError('bad-rle', `The brush is made for ${count / 4} pixels, the image has ${pixels}.`, {
      count,
    });
  const wordBits = bits.read(5) + 1;
  const sizes = [0, 1, 2, 3].map(() => bits.read(4) + 1);
  const mask = new Uint8Array(pixels);
  const put = (at: number, value: number): void => {
    if (at % channels === channels - 1 && value !== 0) mask[Math.floor(at / channels)] = 1;
  };
  for (let at = 0; at < count; ) {
    const isRepeated = bits.read(1) === 1;
    const length = bits.read(sizes[bits.read(2)] as number) + 1;
    if (at + length > count)
      throw new AppError('bad-rle', 'The runs of the brush are longer than the image.');
    if (isRepeated) {
      const value = bits.read(wordBits);
      if (value !== 0) for (let each = at; each < at + length; each++) put(each, value);
    } else for (let each = at; each < at + length; each++) put(each, bits.read(wordBits));
    at += length;
  }
  return mask;
}

class BitWriter {
  readonly #bytes: number[] = [];
  #byte = 0;
  #filled = 0;

  write(value: number, bits: number): void {
    for (let bit = bits - 1; bit >= 0; bit--) {
      this.#byte = (this.#byte << 1) | ((value >>> bit) & 1);
      if (++this.#filled < 8) continue;
      this.#bytes.push(this.#byte);
      [this.#byte, this.#filled] = [0, 0];
    }
  }

  /** The encoder of Label Studio adds a whole byte of zeros where the last one is full. */
  bytes(): number[] {
    return [...this.#bytes, this.#byte << (8 - this.#filled)].map((byte) => byte & 255);
  }
}

class BitReader {
  readonly #bytes: ArrayLike<number>;
  #at = 0;

  constructor(bytes: ArrayLike<number>) {
    this.#bytes = bytes;
  }

  read(bits: number): number {
    let value = 0;
    for (let bit = 0; bit < bits; bit++, this.#at++) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw new AppError('bad-rle', 'The brush ends in the middle.');
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }
}
