import { writeFile } from 'node:fs/promises';
import { deflateSync } from 'node:zlib';

/** The pixel's own place as its colour, so that any crop, turn or mix-up shows. */
export function rgbAt(x: number, y: number): readonly [number, number, number] {
  return [x % 256, y % 256, (x * 7 + y * 13) % 256];
}

export function aRgbPicture(size: { readonly width: number; readonly height: number }): Uint8Array {
  const data = new Uint8Array(size.width * size.height * 3);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) data.set(rgbAt(x, y), (y * size.width + x) * 3);
  }
  return data;
}

/** A PNG written byte by byte, without the library under test. `seed` makes pictures of one size differ. */
export function aPng(size: { readonly width: number; readonly height: number }, seed = 0): Uint8Array {
  const { width, height } = size;
  const rgb = aRgbPicture(size).map((value, index) => (index === 0 ? (value + seed) % 256 : value));
  const rows = Buffer.alloc(height * (width * 3 + 1));
  for (let y = 0; y < height; y++)
    rows.set(rgb.subarray(y * width * 3, (y + 1) * width * 3), y * (width * 3 + 1) + 1);
  return aPngOf({ width, height, bitDepth: 8, colourType: 2, rows });
}

/** Any PNG, also one whose header lies. `rows` are the filtered scan lines. */
export function aPngOf(options: {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colourType: number;
  readonly rows: Uint8Array;
}): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(options.width, 0);
  header.writeUInt32BE(options.height, 4);
  header.set([options.bitDepth, options.colourType, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(options.rows, { level: 1 })),
    chunk('IEND', new Uint8Array()),
  ]);
}

export async function writePng(path: string, size = { width: 8, height: 6 }, seed = 0): Promise<string> {
  await writeFile(path, aPng(size, seed));
  return path;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  out.set(body, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** PNG specification, annex D. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
