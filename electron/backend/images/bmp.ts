import { createBreather } from '../app/breather.ts';
import { type BmpLayout, damagedBmp, strideOf } from './bmp-header.ts';
import { unpackRuns } from './bmp-runs.ts';
import type { RgbImage } from './rgb-image.ts';

/** Longest stretch of computing before others get their turn: 24 million pixels take a tenth of a second. */
const stretchMs = 8;
/** Pixels between two looks at the clock. */
const pixelsAtOnce = 100_000;

/**
 * The pixels of a BMP. Colours of fewer than 8 bits are spread over 0 to 255 as Pillow spreads them (a white of five bits is white); numbers
 * beyond the palette are black, and told. The fourth byte of a pixel is left out, whether it is an alpha or nothing.
 *
 * @param file   all of it
 * @param layout of a picture of sides that were looked at; not one that lies inside
 * @throws AppError 'image-damaged' where pixels are missing
 */
export async function decodeBmp(
  file: Uint8Array,
  layout: BmpLayout,
  name: string,
): Promise<{ readonly image: RgbImage; readonly notes: readonly string[] }> {
  const { width, height } = layout;
  const giveWay = createBreather(null, stretchMs);
  const { body, stride, bits } = await rowsOf(file, { layout, name, giveWay });
  const { rowTo, notes } = writerOf(file, { layout, bits, name });
  const data = new Uint8Array(width * height * 3);
  const rowsAtOnce = Math.max(1, Math.floor(pixelsAtOnce / width));
  for (let row = 0; row < height; row++) {
    if (row % rowsAtOnce === 0) await giveWay();
    const from = row * stride;
    const line = layout.isTopDown ? row : height - 1 - row;
    rowTo(
      body.subarray(from, from + Math.ceil((width * bits) / 8)),
      data.subarray(line * width * 3, (line + 1) * width * 3),
    );
  }
  return { image: { width, height, data }, notes: notes() };
}

/** Rows of pixels in the file's order, each of `stride` bytes; the last may lack what fills it up. */
async function rowsOf(
  file: Uint8Array,
  {
    layout,
    name,
    giveWay,
  }: { readonly layout: BmpLayout; readonly name: string; readonly giveWay: () => Promise<void> },
): Promise<{ readonly body: Uint8Array; readonly stride: number; readonly bits: number }> {
  const { width, height, bits, packing, start } = layout;
  const body = file.subarray(start);
  if (packing === 'none') {
    const stride = strideOf(width, bits);
    if (body.length < stride * (height - 1) + Math.ceil((width * bits) / 8))
      throw damagedBmp(name, `it ends after ${Math.floor(body.length / stride)} of its ${height} rows`);
    return { body, stride, bits };
  }
  const packed = { width, height, bits: packing === 'runs-of-8' ? 8 : 4 } as const;
  const { numbers, isCutOff } = await unpackRuns(body, packed, giveWay);
  if (isCutOff) throw damagedBmp(name, 'it ends before its last row');
  return { body: numbers, stride: width, bits: 8 };
}

/** Writes a row of the file as red, green, blue; what is to be told is known when all are written. */
interface RowWriter {
  readonly rowTo: (row: Uint8Array, rgb: Uint8Array) => void;
  readonly notes: () => readonly string[];
}

function writerOf(
  file: Uint8Array,
  { layout, bits, name }: { readonly layout: BmpLayout; readonly bits: number; readonly name: string },
): RowWriter {
  if (layout.palette) return numberWriter(file, { layout, bits, name });
  const nothing = (): readonly string[] => [];
  const isUsual = layout.fields === null || layout.fields.join() === '16711680,65280,255';
  if (bits >= 24 && isUsual) return { rowTo: bytesWriter(bits / 8), notes: nothing };
  return { rowTo: fieldsWriter(layout.fields ?? [0x7c00, 0x3e0, 0x1f], bits / 8), notes: nothing };
}

function bytesWriter(each: number): RowWriter['rowTo'] {
  return (row, rgb) => {
    for (let from = 0, to = 0; to < rgb.length; from += each, to += 3) {
      rgb[to] = row[from + 2] as number;
      rgb[to + 1] = row[from + 1] as number;
      rgb[to + 2] = row[from] as number;
    }
  };
}

function fieldsWriter(fields: readonly [number, number, number], each: number): RowWriter['rowTo'] {
  const shifts = fields.map((field) => (field === 0 ? 0 : 31 - Math.clz32(field & -field)));
  const [redShift = 0, greenShift = 0, blueShift = 0] = shifts;
  const [redMost = 0, greenMost = 0, blueMost = 0] = fields.map(
    (field, at) => (field >>> 0) >>> (shifts[at] as number),
  );
  const spread = (value: number, most: number): number => (most === 0 ? 0 : Math.floor((value * 255) / most));
  return (row, rgb) => {
    for (let from = 0, to = 0; to < rgb.length; from += each, to += 3) {
      const low = (row[from] as number) | ((row[from + 1] as number) << 8);
      const pixel =
        each === 2 ? low : low | ((row[from + 2] as number) << 16) | ((row[from + 3] as number) << 24);
      rgb[to] = spread((pixel >>> redShift) & redMost, redMost);
      rgb[to + 1] = spread((pixel >>> greenShift) & greenMost, greenMost);
      rgb[to + 2] = spread((pixel >>> blueShift) & blueMost, blueMost);
    }
  };
}

/** Numbers of `bits`, several in a byte, as the colours of the palette. */
function numberWriter(
  file: Uint8Array,
  { layout, bits, name }: { readonly layout: BmpLayout; readonly bits: number; readonly name: string },
): RowWriter {
  const { table, count } = coloursOf(file, layout);
  const seen = new Uint8Array(256);
  const each = 8 / bits;
  const most = 2 ** bits - 1;
  const notes = (): readonly string[] => {
    if (count === 0) return [`${name} has no palette; its numbers are shown as greys.`];
    const beyond = seen.reduce((sum, isSeen, number) => (number < count ? sum : sum + isSeen), 0);
    if (beyond === 0) return [];
    return [
      `${name} uses ${beyond} colours that its palette of ${count} does not have; they are shown black.`,
    ];
  };
  return {
    notes,
    rowTo(row, rgb) {
      for (let x = 0, to = 0; to < rgb.length; x++, to += 3) {
        const byte = row[Math.floor(x / each)] as number;
        const number = (byte >> (8 - bits * ((x % each) + 1))) & most;
        seen[number] = 1;
        rgb[to] = table[3 * number] as number;
        rgb[to + 1] = table[3 * number + 1] as number;
        rgb[to + 2] = table[3 * number + 2] as number;
      }
    },
  };
}

/** @returns u8 [256, 3], red, green and blue of each number; of a file without a palette, greys */
function coloursOf(
  file: Uint8Array,
  { palette, bits }: BmpLayout,
): { readonly table: Uint8Array; readonly count: number } {
  const table = new Uint8Array(256 * 3);
  const { from, each } = palette ?? { from: 0, each: 4 };
  const count = Math.min(palette?.count ?? 0, Math.max(0, Math.floor((file.length - from) / each)));
  if (count === 0) {
    const most = 2 ** bits - 1;
    for (let number = 0; number <= most; number++)
      table.fill(Math.floor((number * 255) / most), 3 * number, 3 * number + 3);
  }
  for (let number = 0; number < count; number++) {
    const [blue = 0, green = 0, red = 0] = file.subarray(from + number * each, from + number * each + 3);
    table.set([red, green, blue], 3 * number);
  }
  return { table, count };
}
