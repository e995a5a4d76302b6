import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import {
  decodePicture,
  decodeReduced,
  decodeRgb,
  probeImage,
} from '../../../../electron/backend/images/image-decoder.ts';
import { aBmp, aRgbPicture } from '../../../helpers/pictures-on-disk.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

interface Golden {
  readonly name: string;
  readonly by: string;
  readonly width: number;
  readonly height: number;
  readonly file: string;
  readonly rgb: string;
}
// Our own file: what Pillow read, and OpenCV where Pillow reads none or is known to be wrong (RLE4 of odd lengths).
const goldens = JSON.parse(
  readFileSync(new URL('../../../fixtures/formats/bmp-golden.json', import.meta.url), 'utf8'),
) as readonly Golden[];

test.each(goldens)('$name is read to the pixel as $by reads it', async ({ file, width, height, rgb }) => {
  const bytes = Buffer.from(file, 'base64');
  const { image } = await decodePicture(bytes, 'a.bmp');
  expect([image.width, image.height]).toEqual([width, height]);
  expect(Buffer.from(image.data).toString('base64')).toBe(rgb);
  expect(await probeImage(bytes, 'a.bmp')).toEqual({ width, height, format: 'bmp', orientation: 1 });
});

test('a file on the disk is read as its bytes are, and its smaller views come from the whole', async () => {
  const path = join(await temporaryFolder(), 'a.bmp');
  await writeFile(path, aBmp({ width: 300, height: 211 }));
  const { data } = await decodeRgb(path, 'a.bmp');
  expect(Buffer.compare(data, aRgbPicture({ width: 300, height: 211 }))).toBe(0);
  expect(await decodeReduced(path, 'a.bmp', { width: 150, height: 106 })).toBeNull();
});

test('a JPEG or PNG inside is read as itself', async () => {
  const inside = await sharp(aRgbPicture({ width: 9, height: 7 }), {
    raw: { width: 9, height: 7, channels: 3 },
  })
    .png()
    .toBuffer();
  const head = aBmp({ width: 9, height: 7 }, (file) => {
    file.writeUInt16LE(0, 28);
    file.writeUInt32LE(5, 30);
  }).subarray(0, 54);
  const file = Buffer.concat([head, inside]);
  expect([...(await decodeRgb(file, 'a.bmp')).data]).toEqual([...aRgbPicture({ width: 9, height: 7 })]);
  expect(await probeImage(file, 'a.bmp')).toMatchObject({ width: 9, height: 7 });
  for (const empty of [head, Buffer.concat([head, head])])
    await expect(decodeRgb(empty, 'a.bmp')).rejects.toMatchObject({
      code: 'image-damaged',
      message: 'a.bmp is damaged: it holds no picture.',
    });
});

test('numbers beyond the palette are black and told, and without a palette they are greys', async () => {
  const notes = async (count: number, start: number): Promise<readonly string[]> => {
    const file = aBmp({ width: 4, height: 3 }, (head) => {
      head.writeUInt16LE(8, 28);
      head.writeUInt32LE(count, 46);
      head.writeUInt32LE(start, 10);
    });
    return (await decodePicture(file, 'a.bmp')).notes;
  };
  expect([await notes(2, 62), await notes(2, 54)]).toEqual([
    ['a.bmp uses 6 colours that its palette of 2 does not have; they are shown black.'],
    ['a.bmp has no palette; its numbers are shown as greys.'],
  ]);
});

const size = { width: 6, height: 5 };
test.each<[string, Buffer, string, RegExp]>([
  ['cut off in its rows', aBmp(size).subarray(0, 100), 'image-damaged', /ends after 2 of its 5 rows\.$/u],
  ['cut off in its head', aBmp(size).subarray(0, 30), 'image-damaged', /its header is cut off\.$/u],
  [
    'nothing but its letters',
    Buffer.from('BM\0\0\0\0\0\0\0\0'),
    'image-damaged',
    /its header is cut off\.$/u,
  ],
  ['of a negative width', aBmp(size, (f) => f.writeInt32LE(-6, 18)), 'image-damaged', /its width is -6\.$/u],
  ['of no width', aBmp(size, (f) => f.writeInt32LE(0, 18)), 'image-too-small', /is 0 x 5 pixels/u],
  ['of no height', aBmp(size, (f) => f.writeInt32LE(0, 22)), 'image-too-small', /is 6 x 0 pixels/u],
  [
    'a bomb',
    aBmp(size, (f) => f.writeInt32LE(-(2 ** 31), 22)),
    'image-too-large',
    /is 6 x 2147483648 pixels/u,
  ],
  [
    'a bomb of an allowed side',
    aBmp(size, (f) => f.writeInt32LE(60_000, 18) + f.writeInt32LE(60_000, 22)),
    'image-too-large',
    /is 60000 x 60000 pixels/u,
  ],
  [
    'shorter than it says',
    aBmp(size, (f) => f.writeInt32LE(16_000, 22)),
    'image-damaged',
    /ends after 5 of its 16000/u,
  ],
  [
    'of 64 bits',
    aBmp(size, (f) => f.writeUInt16LE(64, 28)),
    'not-an-image',
    /a BMP of 64 bits a pixel, packing 0\)/u,
  ],
  [
    'packed for a fax',
    aBmp(size, (f) => f.writeUInt32LE(9, 30)),
    'not-an-image',
    /of 24 bits a pixel, packing 9\)/u,
  ],
  [
    'of runs that end early',
    aBmp(size, (f) => f.writeUInt16LE(8, 28) + f.writeUInt32LE(1, 30) + f.writeUInt32LE(140, 10)),
    'image-damaged',
    /it ends before its last row\.$/u,
  ],
  [
    'of a colour whose bits are apart',
    aBmp(size, (f) => f.writeUInt16LE(16, 28) + f.writeUInt32LE(3, 30) + f.writeUInt32LE(5, 54)),
    'image-damaged',
    /has the bits 5, which are apart\.$/u,
  ],
])('a BMP %s is refused with that reason', async (_, file, code, message) => {
  await expect(decodeRgb(file, 'a.bmp')).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message) as string,
  });
});
