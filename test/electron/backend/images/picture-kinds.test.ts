import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { findImageFiles } from '../../../../electron/backend/images/find-image-files.ts';
import {
  decodePicture,
  decodeReduced,
  decodeRgb,
} from '../../../../electron/backend/images/image-decoder.ts';
import type { RgbImage } from '../../../../electron/backend/images/rgb-image.ts';
import { aPng } from '../../../helpers/pictures-on-disk.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const cases = fileURLToPath(new URL('../../../fixtures/format-cases/', import.meta.url));
const greysOf = ({ data }: RgbImage): number[] => [...new Set(data)].sort((a, b) => a - b);
const signal = new AbortController().signal;

/**
 * A baseline TIFF of one strip, grey unless `samples` and their `meaning` (PhotometricInterpretation) are told: `format` 1 unsigned, 2 signed, 3 floating
 * point. `more` are further tags, each of one number.
 */
function aTiff(
  values: Buffer,
  how: Record<'bits' | 'format' | 'width' | 'height', number> & {
    readonly samples?: number;
    readonly meaning?: number;
    readonly compression?: number;
    readonly more?: readonly [number, number, number][];
  },
): Buffer {
  const { bits, format, width, height, samples = 1, meaning = 1, compression = 1, more = [] } = how;
  const entries: [number, number, number][] = [
    [256, 4, width],
    [257, 4, height],
    [258, 3, bits],
    [259, 3, compression],
    [262, 3, meaning],
    [273, 4, 8],
    [277, 3, samples],
    [278, 4, height],
    [279, 4, values.length],
    [339, 3, format],
    ...more,
  ];
  entries.sort(([a], [b]) => a - b);
  const head = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(8 + values.length, 4);
  const directory = Buffer.alloc(2 + entries.length * 12 + 4);
  directory.writeUInt16LE(entries.length, 0);
  entries.forEach(([tag, type, value], index) => {
    const at = 2 + index * 12;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(1, at + 4);
    if (type === 3) directory.writeUInt16LE(value, at + 8);
    else directory.writeUInt32LE(value, at + 8);
  });
  return Buffer.concat([head, values, directory]);
}

describe('values that no screen has are shown by their own range, with a word', () => {
  test.each(['float01', 'float65535', 'band5float'])('%s shows its ramp of 64 greys', async (name) => {
    const file = `${cases}float-tiff-black/${name}.tif`;
    const { image, notes } = await decodePicture(file, `${name}.tif`);
    const greys = greysOf(image);
    expect([greys.length, greys[0], greys.at(-1)]).toEqual([64, 0, 255]);
    expect(notes.join(' ')).toMatch(/floating-point values from 0 to/u);
    expect(notes.some((note) => note.includes('5 bands'))).toBe(name === 'band5float');
  });

  test.each([
    {
      what: 'signed 16 bits',
      bits: 16,
      format: 2,
      write: (buffer: Buffer, at: number) => buffer.writeInt16LE(-1000 + 30 * at, 2 * at),
    },
    {
      what: 'unsigned 32 bits',
      bits: 32,
      format: 1,
      write: (buffer: Buffer, at: number) => buffer.writeUInt32LE(1_000_000 * at, 4 * at),
    },
    {
      what: 'signed 32 bits',
      bits: 32,
      format: 2,
      write: (buffer: Buffer, at: number) => buffer.writeInt32LE(-5000 + at, 4 * at),
    },
    {
      what: '12 of 16 bits',
      bits: 16,
      format: 1,
      write: (buffer: Buffer, at: number) => buffer.writeUInt16LE(20 * at, 2 * at),
    },
  ])('$what', async ({ bits, format, write }) => {
    const values = Buffer.alloc((64 * 2 * bits) / 8);
    for (let at = 0; at < 128; at++) write(values, at);
    const { image, notes } = await decodePicture(
      aTiff(values, { bits, format, width: 64, height: 2 }),
      'a.tif',
    );
    const greys = greysOf(image);
    expect([greys.length, greys[0], greys.at(-1)]).toEqual([128, 0, 255]);
    expect(notes).toHaveLength(1);
  });

  test('what is no number becomes black and does not spoil the rest', async () => {
    const values = Buffer.from(new Float32Array([Number.NaN, 0.5, Number.POSITIVE_INFINITY, 1]).buffer);
    const tiff = aTiff(values, { bits: 32, format: 3, width: 2, height: 2 });
    expect([...(await decodeRgb(tiff, 'a.tif')).data].filter((_, at) => at % 3 === 0)).toEqual([
      0, 0, 0, 255,
    ]);
  });
});

test('printing inks become what OpenCV makes of them, at every size', async () => {
  const file = `${cases}cmyk-colours/c.jpg`;
  const { width, data } = await decodeRgb(file, 'c.jpg');
  const seen = [0, 1, 2, 3, 4, 5].map((patch) => [
    ...data.subarray(3 * (5 * width + 10 * patch + 5)).subarray(0, 3),
  ]);
  // OpenCV 5.0 on this file.
  const wanted = [
    [255, 255, 255],
    [1, 255, 255],
    [255, 1, 255],
    [255, 255, 1],
    [0, 0, 0],
    [1, 1, 255],
  ];
  seen
    .flat()
    .forEach((value, at) => expect(Math.abs(value - (wanted.flat()[at] as number))).toBeLessThanOrEqual(1));
  expect(await decodeReduced(file, 'c.jpg', { width: 30, height: 5 })).toBeNull();
});

test('inks of a TIFF are inks and nothing else, as OpenCV reads them', async () => {
  const inks = Buffer.from([
    0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 255, 113, 111, 85, 0, 107, 104, 80, 60, 10, 20, 30, 40,
  ]);
  const tiff = aTiff(inks, { bits: 8, format: 1, width: 3, height: 2, samples: 4, meaning: 5 });
  // OpenCV 5.0 on such a file.
  const wanted = [255, 255, 255, 0, 255, 255, 0, 0, 0, 142, 144, 170, 113, 115, 133, 206, 198, 189];
  expect([...(await decodeRgb(tiff, 'c.tif')).data]).toEqual(wanted);
  const deep = Buffer.from(new Uint16Array([...inks].map((ink) => ink * 257)).buffer);
  const deepTiff = aTiff(deep, { bits: 16, format: 1, width: 3, height: 2, samples: 4, meaning: 5 });
  expect([...(await decodeRgb(deepTiff, 'c.tif')).data]).toEqual(wanted);
});

test('more pages or frames than the first are told', async () => {
  const notes = async (name: string): Promise<readonly string[]> =>
    (await decodePicture(`${cases}pages-not-told/${name}`, name)).notes;
  expect([await notes('m.tif'), await notes('m.gif')]).toEqual([
    ['m.tif has 3 pages; only the first is used.'],
    ['m.gif has 2 frames; only the first is used.'],
  ]);
});

describe('HEIC', () => {
  test('of a phone is read', async () => {
    const image = await decodeRgb(`${cases}heic-is-damaged/IMG_0001.HEIC`, 'IMG_0001.HEIC');
    expect([image.width, image.height, image.data.length]).toEqual([64, 48, 64 * 48 * 3]);
    expect(greysOf(image).length).toBeGreaterThan(10);
  });

  test('cut off is damaged', async () => {
    const whole = await readFile(`${cases}heic-is-damaged/IMG_0001.HEIC`);
    await expect(decodeRgb(whole.subarray(0, whole.length / 2), 'x.heic')).rejects.toMatchObject({
      code: 'image-damaged',
    });
  });
});

const heads: readonly (readonly [string, Buffer])[] = [
  ['an OS/2 array of bitmaps', Buffer.from('4241280000000000000000000000424d', 'hex')],
  ['a wireless bitmap (WBMP)', Buffer.from('0000090200000000', 'hex')],
  ['a JPEG XL picture', Buffer.from('ff0a0000', 'hex')],
  ['a JPEG 2000 picture', Buffer.from('0000000c6a5020200d0a870a', 'hex')],
  ['a Photoshop document (PSD)', Buffer.from('8BPS\0\x01')],
  ['an icon (ICO)', Buffer.from('00000100010010100000', 'hex')],
  ['an OpenEXR picture', Buffer.from('762f310102000000', 'hex')],
  ['a DICOM picture', Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')])],
  ['a portable pixmap (PNM)', Buffer.from('P6\n2 2\n255\n............')],
  ['an SVG drawing', Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['a PDF document', Buffer.from('%PDF-1.7')],
  ['a cursor (CUR)', Buffer.from('00000200010010100000', 'hex')],
  ['a Targa picture (TGA)', Buffer.from('000002000000000000000000040004001800ffffff', 'hex')],
  ['a JPEG-LS picture', Buffer.from('ffd8fff7000b', 'hex')],
  ['a BPG picture', Buffer.from('425047fb2000', 'hex')],
  ['a film (MP4)', Buffer.from('000000186674797069736f6d0000020069736f6d69736f32', 'hex')],
  [
    'a Git LFS pointer, not the picture itself',
    Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n'),
  ],
  ['a web page, not a picture', Buffer.from('<!DOCTYPE html><html></html>')],
];
/** A picture of 4 by 4 that sharp reads; in a raw photograph it is the thumbnail. */
const thumbnail = { bits: 8, format: 1, width: 4, height: 4 };
test.each([
  ['DNG', [[50_706, 4, 0x01_04_00_00]]],
  [
    'NEF, ARW and the like',
    [
      [254, 4, 1],
      [271, 4, 0],
      [330, 4, 8],
    ],
  ],
] as const)(
  'a raw photograph (%s) is named as that, and its thumbnail not taken for it',
  async (kind, tags) => {
    const photograph = aTiff(Buffer.alloc(16, 200), { ...thumbnail, more: tags.map(([...tag]) => tag) });
    // Its directory stands before its pixels, as cameras write it.
    const front = Buffer.alloc(photograph.length + 8 + 16);
    photograph.copy(front, 0, 0, 8);
    front.writeUInt32LE(8, 4);
    photograph.copy(front, 8, 24);
    await expect(decodeRgb(front, 'photo.tif')).rejects.toMatchObject({
      code: 'not-an-image',
      message: expect.stringContaining(`a raw photograph (${kind})`) as string,
    });
    const plain = aTiff(Buffer.alloc(16, 200), thumbnail);
    expect(greysOf(await decodeRgb(plain, 'plain.tif'))).toEqual([200]);
  },
);

test('what the decoder has no reader for is not called damaged', async () => {
  const lab = aTiff(Buffer.alloc(48, 100), { ...thumbnail, samples: 3, meaning: 8 });
  const packed = aTiff(Buffer.alloc(16, 100), { ...thumbnail, compression: 50_000 });
  for (const file of [lab, packed])
    await expect(decodeRgb(file, 'a.tif')).rejects.toMatchObject({
      code: 'not-an-image',
      message: expect.stringMatching(/^a\.tif is written in a way that this app cannot read/u) as string,
    });
});

test('of a moving AVIF the still picture is read, with a word', async () => {
  const moving = await sharp({ create: { width: 8, height: 6, channels: 3, background: '#336699' } })
    .avif()
    .toBuffer();
  // As libavif writes it: the main brand is the film's, the still one's stands among the others.
  moving.write('avis', 8, 'latin1');
  expect(moving.subarray(16, 40).includes('avif')).toBe(true);
  const { image, notes } = await decodePicture(moving, 'a.avif');
  expect([image.width, image.height, notes]).toEqual([
    8,
    6,
    ['a.avif is a moving picture; only one frame is used.'],
  ]);
});

test.each(heads)('%s is named as that', async (kind, head) => {
  await expect(decodeRgb(head, 'photo.jpg')).rejects.toMatchObject({
    code: 'not-an-image',
    message: `photo.jpg is ${kind}, which this app cannot read. It reads JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF and HEIC.`,
  });
});

test('a folder gives pictures of any ending and kind, and names what it passed over', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'sub'));
  for (const name of ['a.heic', 'b.bmp', 'c.jfif', 'd.PNG', 'notes.txt', 'sub/e.jpe', 'sub/f.json'])
    await writeFile(join(folder, name), aPng({ width: 4, height: 4 }));
  const { images, passedOver } = await findImageFiles(folder, { allow: () => Promise.resolve(), signal });
  const short = (paths: readonly string[]): string[] => paths.map((path) => path.slice(folder.length + 1));
  expect([short(images), short(passedOver)]).toEqual([
    ['a.heic', 'b.bmp', 'c.jfif', 'd.PNG', 'sub/e.jpe'],
    ['notes.txt', 'sub/f.json'],
  ]);
});

test('a picture of one colour in any depth stays a picture', async () => {
  const flat = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#000000' } })
    .toColourspace('rgb16')
    .png()
    .toBuffer();
  expect(greysOf(await decodeRgb(flat, 'a.png'))).toEqual([0]);
});
