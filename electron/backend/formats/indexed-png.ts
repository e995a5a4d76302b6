import { crc32, deflateSync } from 'node:zlib';
import type { Size } from '../../common/geometry.ts';

/**
 * An 8-bit PNG that keeps its numbers: with a palette (Pascal VOC), or as plain grey. sharp makes palettes of its own choice, so this one
 * is written here. Source: PNG specification, sections 5 and 11.
 *
 * @param indices u8 [height, width]
 * @param palette colours of the numbers from 0 on; null for grey
 */
export function indexedPng(
  indices: Uint8Array,
  { width, height }: Size,
  palette: readonly (readonly [number, number, number])[] | null,
): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, palette ? 3 : 0, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height);
  for (let row = 0; row < height; row++)
    rows.set(indices.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', Buffer.from(palette.flat()))] : []),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** Pascal VOC's colours: the bits of a number, spread over the three channels from the top. Source: FORMATS.md section 5. */
export function vocColour(index: number): [number, number, number] {
  const colour: [number, number, number] = [0, 0, 0];
  for (let bit = 7, rest = index; bit >= 0; bit--, rest >>= 3) {
    colour[0] |= (rest & 1) << bit;
    colour[1] |= ((rest >> 1) & 1) << bit;
    colour[2] |= ((rest >> 2) & 1) << bit;
  }
  return colour;
}
