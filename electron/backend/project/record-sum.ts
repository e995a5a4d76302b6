import { crc32 } from 'node:zlib';

/** The checksum kept beside a record's text: CRC-32 of its UTF-8 bytes. Finds every damage of up to 32 bits in a row. */
export function recordSum(text: string | Uint8Array): number {
  return crc32(text);
}

/** The same of bytes and the words that say what they are. */
export function bytesSum(bytes: Uint8Array, words: string): number {
  return crc32(words, crc32(bytes));
}
