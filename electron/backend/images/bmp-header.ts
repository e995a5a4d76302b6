import { AppError } from '../../common/errors.ts';

/** How the numbers of a BMP stand for colours and where they lie. */
export interface BmpLayout {
  readonly width: number;
  readonly height: number;
  /** Rows stand from the bottom up, unless the height is negative. */
  readonly isTopDown: boolean;
  /** Of a pixel: 1, 2, 4, 8, 16, 24 or 32. Of a whole picture inside: 0. */
  readonly bits: number;
  readonly packing: 'none' | 'runs-of-8' | 'runs-of-4' | 'picture-inside';
  /** Bits of red, green and blue in a number of 16 or 32 bits; null for the usual ones. */
  readonly fields: readonly [number, number, number] | null;
  /** Colours of the numbers from 0 on, as blue, green, red. Null for what has none. */
  readonly palette: BmpPalette | null;
  /** Where the pixels begin. */
  readonly start: number;
}

interface BmpPalette {
  readonly from: number;
  readonly count: number;
  /** Bytes of a colour: 3 in the oldest files, else 4. */
  readonly each: 3 | 4;
}

const fileHeader = 14;
/** Sizes of the headers: OS/2 1, Windows 3, with masks, with masks and alpha, Windows 4 and 5; OS/2 2 may be cut anywhere from 16 to 64. */
const [coreSize, infoSize, masksSize, longestOs2] = [12, 40, 52, 64];
const headerSizes: ReadonlySet<number> = new Set([coreSize, infoSize, masksSize, 56, 108, 124]);

/** Whether a file begins as a BMP does: its two letters, and a header of a size that there is or the zeros before it. */
export function isBmp(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x42 || bytes[1] !== 0x4d || bytes.length < 6) return false;
  if (bytes.length < fileHeader + 4) return bytes.subarray(6, 10).every((byte) => byte === 0);
  return isHeaderSize(new DataView(bytes.buffer, bytes.byteOffset).getUint32(fileHeader, true));
}

function isHeaderSize(size: number): boolean {
  return headerSizes.has(size) || isOs2(size);
}

function isOs2(size: number): boolean {
  return size >= 16 && size <= longestOs2 && !headerSizes.has(size);
}

/**
 * What the head of a BMP says. What it says of the file's length and of its picture's is wrong in many files and not looked at.
 * Source: wingdi.h, BITMAPCOREHEADER to BITMAPV5HEADER; OS/2's BITMAPINFOHEADER2.
 *
 * @param head the file's first 138 bytes or more, or all of a shorter one
 * @throws AppError 'image-damaged'; 'not-an-image' for a packing that is not read
 */
export function readBmpHeader(head: Uint8Array, name: string): BmpLayout {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const size = head.length >= fileHeader + 4 ? view.getUint32(fileHeader, true) : 0;
  if (head.length < fileHeader + size || !isHeaderSize(size)) throw damagedBmp(name, 'its header is cut off');
  const isCore = size === coreSize;
  // Short headers of OS/2 leave their last fields out, which then are 0.
  const u32 = (at: number): number => (at + 4 <= size ? view.getUint32(fileHeader + at, true) : 0);
  const u16 = (at: number): number => view.getUint16(fileHeader + at, true);
  const [width, height] = isCore
    ? [u16(4), u16(6)]
    : [view.getInt32(fileHeader + 4, true), view.getInt32(fileHeader + 8, true)];
  if (width < 0) throw damagedBmp(name, `its width is ${width}`);
  const [bits, packed] = isCore ? [u16(10), 0] : [u16(14), u32(16)];
  const packing = packingOf({ bits, packed, isOs2: isOs2(size) });
  if (packing === null) {
    const reason = `a BMP of ${bits} bits a pixel, packing ${packed}`;
    const sentence = `${name} is written in a way that this app cannot read (${reason}). Save it as PNG or JPEG first.`;
    throw new AppError('not-an-image', sentence, { name, reason });
  }
  const hasFields = packed === 3 || packed === 6;
  const masksBehind = hasFields && size === infoSize ? (packed === 6 ? 16 : 12) : 0;
  const behind = fileHeader + size + masksBehind;
  const palette =
    bits > 0 && bits <= 8 ? ({ from: behind, count: u32(32), each: isCore ? 3 : 4 } as const) : null;
  const stated = view.getUint32(10, true);
  return {
    ...{ width, height: Math.abs(height), isTopDown: height < 0, bits, packing },
    fields: hasFields ? fieldsOf(head, name) : null,
    ...placed(palette, { stated, behind, most: 2 ** bits }),
  };
}

/** As many bytes of the file as can be of use: what stands behind its last row is not. */
export function lengthOfBmp({ width, height, bits, packing, start }: BmpLayout): number {
  // A run takes two bytes, and so does the end of a row.
  const rows = packing === 'none' ? strideOf(width, bits) * height : 2 * width * height + 4 * height + 4096;
  return Math.min(start + rows, 2 ** 31 - 1);
}

/** Bytes of a row: rows begin at multiples of four. */
export function strideOf(width: number, bits: number): number {
  return Math.ceil((width * bits) / 32) * 4;
}

/** Where the palette and the pixels lie: files that do not say where their pixels are have them behind the palette. */
function placed(
  palette: BmpPalette | null,
  { stated, behind, most }: { readonly stated: number; readonly behind: number; readonly most: number },
): Pick<BmpLayout, 'palette' | 'start'> {
  if (palette === null) return { palette, start: stated >= behind ? stated : behind };
  const count = palette.count === 0 ? most : Math.min(palette.count, 65_536);
  const end = behind + count * palette.each;
  const start = stated >= behind ? stated : end;
  const room = Math.floor((start - behind) / palette.each);
  return { palette: { ...palette, count: Math.min(count, room, most) }, start };
}

function packingOf({
  bits,
  packed,
  isOs2,
}: {
  readonly bits: number;
  readonly packed: number;
  readonly isOs2: boolean;
}): BmpLayout['packing'] | null {
  if (packed === 0) return [1, 2, 4, 8, 16, 24, 32].includes(bits) ? 'none' : null;
  if (packed === 1) return bits === 8 ? 'runs-of-8' : null;
  if (packed === 2) return bits === 4 ? 'runs-of-4' : null;
  if (isOs2) return null; // 3 and 4 mean others there: a fax's code and runs of 24 bits
  if (packed === 3 || packed === 6) return bits === 16 || bits === 32 ? 'none' : null;
  return packed === 4 || packed === 5 ? 'picture-inside' : null;
}

/** They lie at the same place, whether the header counts them among its own or not. */
function fieldsOf(head: Uint8Array, name: string): BmpLayout['fields'] {
  const at = fileHeader + infoSize;
  if (head.length < at + 12) throw damagedBmp(name, 'its header is cut off');
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const fields = [
    view.getUint32(at, true),
    view.getUint32(at + 4, true),
    view.getUint32(at + 8, true),
  ] as const;
  // Written by some who mean the usual ones.
  if (fields.every((field) => field === 0)) return null;
  for (const field of fields) {
    const low = field & -field;
    const isOne = field === 0 || Number.isInteger(Math.log2((field >>> 0) / (low >>> 0) + 1));
    if (!isOne) throw damagedBmp(name, `a colour of it has the bits ${field.toString(16)}, which are apart`);
  }
  return fields;
}

export function damagedBmp(name: string, reason: string): AppError {
  return new AppError('image-damaged', `${name} is damaged: ${reason}.`, { name, reason });
}
