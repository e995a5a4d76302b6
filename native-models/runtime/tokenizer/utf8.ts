const replacement = '\ufffd';

/**
 * Text of UTF-8 bytes in which every byte that belongs to no valid character becomes its own U+FFFD.
 * (TextDecoder gives one U+FFFD for a whole cut-off character; SentencePiece, and so the reference, gives one per byte.)
 */
export function decodeUtf8(bytes: readonly number[]): string {
  let text = '';
  for (let offset = 0; offset < bytes.length; ) {
    const length = characterLength(bytes, offset);
    text += length === 0 ? replacement : String.fromCodePoint(codePoint(bytes, offset, length));
    offset += Math.max(length, 1);
  }
  return text;
}

/** Bytes that the character starting with `lead` should have; 0 when no character starts so. */
export function expectedLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

/** Length of the valid character at `offset`, or 0. */
function characterLength(bytes: readonly number[], offset: number): number {
  const length = expectedLength(bytes[offset] ?? 0);
  for (let index = 1; index < length; index++) {
    const byte = bytes[offset + index];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return 0;
  }
  const smallest = [0, 0, 0x80, 0x800, 0x10000][length] ?? 0;
  const value = length === 0 ? 0 : codePoint(bytes, offset, length);
  const isSurrogate = value >= 0xd800 && value < 0xe000;
  return value < smallest || value > 0x10ffff || isSurrogate ? 0 : length;
}

function codePoint(bytes: readonly number[], offset: number, length: number): number {
  const lead = bytes[offset] ?? 0;
  let value = length === 1 ? lead : lead & (0x7f >> length);
  for (let index = 1; index < length; index++) value = value * 64 + ((bytes[offset + index] ?? 0) & 0x3f);
  return value;
}
