import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import {
  decodeReduced,
  decodeRgb,
  encodePng,
  encodeTile,
  halveImage,
  probeImage,
} from '../../../../electron/backend/images/image-decoder.ts';
import { cropRgb } from '../../../../electron/backend/images/rgb-image.ts';
import { aPng, aPngOf, aRgbPicture, rgbAt } from '../../../helpers/pictures-on-disk.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const size = { width: 30, height: 20 };
const raw = { raw: { ...size, channels: 3 as const } };
const pixel = (image: { width: number; data: Uint8Array }, x: number, y: number) => [
  ...image.data.subarray((y * image.width + x) * 3, (y * image.width + x) * 3 + 3),
];

describe('a picture is read as the model is to see it', () => {
  test('PNG to the byte, from a file and from memory', async () => {
    const path = join(await temporaryFolder(), 'a.png');
    await writeFile(path, aPng(size));
    const wanted = { ...size, data: Buffer.from(aRgbPicture(size)) };
    expect(await decodeRgb(path, 'a.png')).toEqual(wanted);
    expect(await decodeRgb(aPng(size), 'a.png')).toEqual(wanted);
  });

  test('orientation is applied: a picture stored on its side stands upright', async () => {
    // EXIF 6: the stored picture must be turned by 90 degrees clockwise to be seen.
    const stored = await sharp(aRgbPicture(size), raw)
      .withExif({})
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    const image = await decodeRgb(stored, 'a.png');
    expect([image.width, image.height]).toEqual([20, 30]);
    expect(await probeImage(stored, 'a.png')).toMatchObject({ width: 20, height: 30 });
    for (const [x, y] of [
      [0, 0],
      [19, 0],
      [5, 29],
    ] as const)
      expect(pixel(image, x, y)).toEqual([...rgbAt(y, 19 - x)]);
  });

  test('alpha is dropped, not blended', async () => {
    const rows = Buffer.from([0, 200, 100, 50, 0, 1, 2, 3, 128, 0, 9, 8, 7, 255, 4, 5, 6, 0]);
    const image = await decodeRgb(aPngOf({ width: 2, height: 2, bitDepth: 8, colourType: 6, rows }), 'a.png');
    expect([...image.data]).toEqual([200, 100, 50, 1, 2, 3, 9, 8, 7, 4, 5, 6]);
  });

  test('of 16 bits the upper 8 are kept, in colour and in grey', async () => {
    const grey = Buffer.from([0, 0x12, 0x34, 0xff, 0xff, 0, 0x80, 0x7f, 0x00, 0xff]);
    const image = await decodeRgb(
      aPngOf({ width: 2, height: 2, bitDepth: 16, colourType: 0, rows: grey }),
      'a.png',
    );
    expect([0x12, 0xff, 0x80, 0x00].map((value) => [value, value, value]).flat()).toEqual([...image.data]);
    const colour = Buffer.concat(
      [0, 1].map(() => Buffer.from([0, 0x12, 0xff, 0x34, 0x00, 0x56, 0x99, 1, 0, 2, 0, 3, 0])),
    );
    const second = await decodeRgb(
      aPngOf({ width: 2, height: 2, bitDepth: 16, colourType: 2, rows: colour }),
      'a.png',
    );
    expect(pixel(second, 0, 0)).toEqual([0x12, 0x34, 0x56]);
  });

  test('an embedded colour profile is not applied: the reference does not read it', async () => {
    const wide = await sharp(Buffer.from([0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0]), {
      raw: { width: 2, height: 2, channels: 3 },
    })
      .withIccProfile('p3')
      .png()
      .toBuffer();
    const stored = await sharp(wide, { ignoreIcc: true }).raw().toBuffer();
    expect([...stored.subarray(0, 3)]).not.toEqual([0, 255, 0]);
    expect(pixel(await decodeRgb(wide, 'a.png'), 0, 0)).toEqual([...stored.subarray(0, 3)]);
  });

  test('grey, palette and CMYK become three channels', async () => {
    const grey = await sharp(aRgbPicture(size), raw).toColourspace('b-w').png().toBuffer();
    const palette = await sharp(aRgbPicture(size), raw).png({ palette: true, colours: 4 }).toBuffer();
    const cmyk = await sharp(aRgbPicture(size), raw).toColourspace('cmyk').jpeg().toBuffer();
    for (const picture of [grey, palette, cmyk])
      expect((await decodeRgb(picture, 'a')).data.length).toBe(30 * 20 * 3);
  });
});

describe('what is no good picture is refused with the fact that helps', () => {
  const jpeg = () =>
    sharp(aRgbPicture({ width: 200, height: 200 }), { raw: { width: 200, height: 200, channels: 3 } })
      .jpeg()
      .toBuffer();
  const rowsOf = (count: number) => Buffer.alloc(count);

  test.each<[string, string, () => Promise<Uint8Array> | Uint8Array]>([
    ['a text file', 'not-an-image', () => Buffer.from('hello, I am a text')],
    ['an empty file', 'not-an-image', () => Buffer.alloc(0)],
    [
      'an SVG',
      'not-an-image',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    ],
    ['a JPEG cut in half', 'image-damaged', async () => (await jpeg()).subarray(0, 3000)],
    ['a PNG cut in half', 'image-damaged', () => aPng({ width: 64, height: 64 }).subarray(0, 2000)],
    [
      'a PNG with broken data',
      'image-damaged',
      () => aPng({ width: 64, height: 64 }).map((byte, index) => (index > 60 && index < 400 ? 0x55 : byte)),
    ],
    [
      '0 pixels a side',
      'image-damaged',
      () => aPngOf({ width: 0, height: 5, bitDepth: 8, colourType: 2, rows: rowsOf(5) }),
    ],
    ['1 pixel a side', 'image-too-small', () => aPng({ width: 1, height: 5 })],
    [
      '100,000 pixels a side',
      'image-too-large',
      () => aPngOf({ width: 100_000, height: 2, bitDepth: 8, colourType: 0, rows: rowsOf(200_002) }),
    ],
    [
      '100,000 pixels on both sides',
      'image-too-large',
      () => aPngOf({ width: 100_000, height: 100_000, bitDepth: 1, colourType: 0, rows: rowsOf(64) }),
    ],
  ])('%s: %s', async (_, code, make) => {
    await expect(decodeRgb(await make(), 'x.png')).rejects.toEqual(
      expect.objectContaining({ code, message: expect.stringContaining('x.png') as string }),
    );
  });

  test('a file that has gone', async () => {
    await expect(decodeRgb('/nowhere/x.png', 'x.png')).rejects.toEqual(
      expect.objectContaining({ code: 'file-not-found' }),
    );
  });
});

test('a level of the pyramid has half the sides, rounded up, and the mean colours', async () => {
  const half = await halveImage({ width: 5, height: 3, data: new Uint8Array(45).fill(90) });
  expect({ ...half, data: [...new Set(half.data)] }).toEqual({ width: 3, height: 2, data: [90] });
  const two = await halveImage({
    width: 2,
    height: 2,
    data: Uint8Array.of(0, 0, 0, 100, 100, 100, 100, 100, 100, 200, 200, 200),
  });
  expect([...two.data]).toEqual([100, 100, 100]);
});

describe('a photograph decoded at the size of a level', () => {
  const large = { width: 301, height: 203 };
  const jpeg = (orientation: number) =>
    sharp(aRgbPicture(large), { raw: { ...large, channels: 3 } })
      .blur(4)
      .withMetadata({ orientation })
      .jpeg({ quality: 95 })
      .toBuffer();

  test.each([1, 6])('looks as halving it step by step does, orientation %i', async (orientation) => {
    const file = await jpeg(orientation);
    let slow = await decodeRgb(file, 'a.jpg');
    for (const level of [1, 2, 3]) {
      slow = await halveImage(slow);
      const fast = await decodeReduced(file, 'a.jpg', slow);
      expect([fast?.width, fast?.height], `level ${level}`).toEqual([slow.width, slow.height]);
      const off = slow.data.map((value, index) => Math.abs(value - (fast?.data[index] ?? 999)));
      expect(off.reduce((sum, value) => sum + value, 0) / off.length, `level ${level}`).toBeLessThan(4);
    }
  });

  test('is not offered for formats that are decoded whole anyway', async () => {
    expect(await decodeReduced(aPng(size), 'a.png', { width: 15, height: 10 })).toBeNull();
  });

  test('says that a damaged file is damaged', async () => {
    const file = await jpeg(1);
    const half = file.subarray(0, file.length / 2);
    await expect(decodeReduced(half, 'a.jpg', { width: 151, height: 102 })).rejects.toMatchObject({
      code: 'image-damaged',
    });
  });
});

test('a tile holds exactly the pixels of its place', async () => {
  const picture = { ...size, data: aRgbPicture(size) };
  const crop = cropRgb(picture, [25, 10, 512, 512]);
  expect([crop.width, crop.height]).toEqual([5, 10]);
  const back = await decodeRgb(await encodeTile(crop), 'tile');
  expect(pixel(back, 4, 9)).toEqual([...rgbAt(29, 19)]);
  expect(Buffer.from(back.data).equals(Buffer.from(crop.data))).toBe(true);
});

test('a one-channel PNG comes back as it was', async () => {
  const data = Uint8Array.of(0, 255, 7, 0, 1, 2);
  const png = await encodePng({ width: 3, height: 2, channels: 1, data });
  const back = await sharp(png).extractChannel(0).raw().toBuffer();
  expect([(await sharp(png).metadata()).channels, [...back]]).toEqual([1, [...data]]);
});
