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

/** A BMP of 24 bits whose pixels are `aRgbPicture`'s; `change` spoils its head. */
export function aBmp(
  size: { width: number; height: number },
  change: (head: Buffer) => void = () => {},
): Buffer {
  const { width, height } = size;
  const stride = Math.ceil((width * 3) / 4) * 4;
  const file = Buffer.alloc(54 + stride * height);
  file.write('BM');
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  const rgb = aRgbPicture(size);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++)
        file[54 + (height - 1 - y) * stride + 3 * x + 2 - channel] = rgb[
          3 * (y * width + x) + channel
        ] as number;
  change(file);
  return file;
}

/** The reds of `aRgbPicture` as greys, packed in runs of one pixel each (RLE8). */
export function aPackedBmp(size: { width: number; height: number }): Buffer {
  const { width, height } = size;
  const rgb = aRgbPicture(size);
  const rows = Array.from({ length: height }, (_, y) => {
    const start = (height - 1 - y) * width;
    const pixels = Array.from({ length: width }, (__, x) => [1, rgb[3 * (start + x)] ?? 0]);
    return [...pixels.flat(), 0, 0];
  });
  const head = aBmp(size, (file) => {
    file.writeUInt32LE(54 + 4 * 256, 10);
    file.writeUInt16LE(8, 28);
    file.writeUInt32LE(1, 30);
  }).subarray(0, 54);
  const palette = Array.from({ length: 256 }, (_, grey) => [grey, grey, grey, 0]);
  return Buffer.from([...head, ...palette.flat(), ...rows.flat(), 0, 1]);
}
