import { promisify } from 'node:util';
import { inflate } from 'node:zlib';

/** A PNG that gives each pixel a number, and each number a colour. */
export interface IndexedPicture {
  readonly width: number;
  readonly height: number;
  /** u8 [height, width] */
  readonly numbers: Uint8Array;
  /** Of the numbers from 0 on, as R + 256 G + 65536 B. */
  readonly palette: readonly number[];
}

const inflated = promisify(inflate);
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Larger label pictures are read by their colours. */
const mostPixels = 300_000_000;

/**
 * The numbers of an indexed PNG, which decoders of pictures give up for their colours. Source: PNG specification, sections 5, 9 and 11.
 *
 * @returns null for a picture of another kind, an interlaced one, and one that is damaged (whoever decodes it says how)
 */
export async function readIndexedPng(data: Uint8Array): Promise<IndexedPicture | null> {
  const file = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (!file.subarray(0, 8).equals(signature) || file.toString('latin1', 12, 16) !== 'IHDR') return null;
  if (file.length < 33) return null;
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  const [depth = 0, kind, , , interlace] = file.subarray(24, 29);
  const isPlain = kind === 3 && interlace === 0 && [1, 2, 4, 8].includes(depth);
  if (!isPlain || width === 0 || height === 0 || width * height > mostPixels) return null;
  const { palette, packed } = chunksOf(file);
  const rowBytes = Math.ceil((width * depth) / 8);
  const length = (rowBytes + 1) * height;
  const rows = await inflated(Buffer.concat(packed), { maxOutputLength: length }).catch(() => null);
  if (rows === null || rows.length !== length || !unfilter(rows, rowBytes)) return null;
  return { width, height, numbers: numbersOf(rows, { width, height, depth, rowBytes }), palette };
}

function chunksOf(file: Buffer): { readonly palette: readonly number[]; readonly packed: readonly Buffer[] } {
  const palette: number[] = [];
  const packed: Buffer[] = [];
  for (let at = 8; at + 12 <= file.length; ) {
    const end = at + 8 + file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    const body = file.subarray(at + 8, end);
    if (type === 'IDAT') packed.push(body);
    if (type === 'PLTE')
      for (let each = 0; each + 3 <= body.length; each += 3) palette.push(body.readUIntLE(each, 3));
    at = end + 4;
  }
  return { palette, packed };
}

/** Undoes in place what each row says was done to it. @returns false for an unknown filter */
function unfilter(rows: Buffer, rowBytes: number): boolean {
  const stride = rowBytes + 1;
  for (let start = 0; start < rows.length; start += stride) {
    const filter = rows[start] ?? 0;
    if (filter > 4) return false;
    for (let at = start + 1; filter > 0 && at < start + stride; at++) {
      const left = at === start + 1 ? 0 : (rows[at - 1] ?? 0);
      const up = start === 0 ? 0 : (rows[at - stride] ?? 0);
      const corner = start === 0 || at === start + 1 ? 0 : (rows[at - stride - 1] ?? 0);
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      rows[at] = (rows[at] ?? 0) + guess;
    }
  }
  return true;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function numbersOf(
  rows: Buffer,
  {
    width,
    height,
    depth,
    rowBytes,
  }: { readonly width: number; readonly height: number; readonly depth: number; readonly rowBytes: number },
): Uint8Array {
  const numbers = new Uint8Array(width * height);
  const each = 8 / depth;
  const mask = (1 << depth) - 1;
  for (let row = 0; row < height; row++)
    for (let x = 0; x < width; x++) {
      const byte = rows[row * (rowBytes + 1) + 1 + Math.floor(x / each)] ?? 0;
      numbers[row * width + x] = (byte >> (8 - depth * ((x % each) + 1))) & mask;
    }
  return numbers;
}
