import { crc32, deflateSync } from 'node:zlib';

/** An indexed PNG of numbers of 1, 2, 4 or 8 bits, each row filtered by the same filter of the PNG specification (section 9). */
export function aFilteredPng(
  numbers: Uint8Array,
  how: {
    readonly width: number;
    readonly height: number;
    readonly depth: 1 | 2 | 4 | 8;
    readonly filter: number;
  },
): Buffer {
  const { width, height, depth, filter } = how;
  const rowBytes = Math.ceil((width * depth) / 8);
  const packed = new Uint8Array(rowBytes * height);
  numbers.forEach((number, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    const place = y * rowBytes + Math.floor((x * depth) / 8);
    packed[place] = (packed[place] ?? 0) | (number << (8 - depth - ((x * depth) % 8)));
  });
  const byte = (x: number, y: number): number => (x < 0 || y < 0 ? 0 : (packed[y * rowBytes + x] ?? 0));
  const rows = Buffer.alloc((rowBytes + 1) * height);
  for (let y = 0; y < height; y++) {
    rows[y * (rowBytes + 1)] = filter;
    for (let x = 0; x < rowBytes; x++) {
      const [left, up, corner] = [byte(x - 1, y), byte(x, y - 1), byte(x - 1, y - 1)];
      const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
      const paeth = a <= b && a <= c ? left : b <= c ? up : corner;
      const guess = [0, left, up, (left + up) >> 1, paeth][filter] ?? 0;
      rows[y * (rowBytes + 1) + 1 + x] = (byte(x, y) - guess) & 255;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.alloc(3 << depth, 9)),
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
