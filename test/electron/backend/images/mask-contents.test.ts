import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { findImageFiles } from '../../../../electron/backend/images/find-image-files.ts';
import { seededRandom } from '../../../helpers/seeded-random.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const size = { width: 48, height: 36 };

async function picture(
  pixel: (x: number, y: number) => readonly [number, number, number],
  { as = 'png', width = size.width }: { readonly as?: 'png' | 'jpeg'; readonly width?: number } = {},
): Promise<Buffer> {
  const data = Buffer.from(
    Array.from({ length: width * size.height }, (_, at) => [
      ...pixel(at % width, Math.floor(at / width)),
    ]).flat(),
  );
  return sharp(data, { raw: { width, height: size.height, channels: 3 } })
    .toFormat(as)
    .toBuffer();
}

const random = seededRandom(3);
const noise = (base: number): number => Math.floor(base + random() * 60);
/** A product before a white wall, as catalogues have it: much of it is one colour, the rest is none twice. */
const photo = (shift = 0): Promise<Buffer> =>
  picture((x, y) => (y < 12 ? [255, 255, 255] : [noise(x * 3), noise(y * 4 + shift), noise(90)]));
const greyPhoto = (): Promise<Buffer> =>
  picture((x, y) => {
    const shade = noise(x + y * 3);
    return [shade, shade, shade];
  });
const inside = (x: number, y: number): boolean => x > 10 && x < 30 && y > 8 && y < 24;
const mask = (how = {}): Promise<Buffer> =>
  picture((x, y) => (inside(x, y) ? [255, 255, 255] : [0, 0, 0]), how);
const classes = (how = {}): Promise<Buffer> =>
  picture((x, y) => (inside(x, y) ? [128, 0, 0] : x < 8 ? [0, 128, 0] : [0, 0, 0]), how);
const heat = (): Promise<Buffer> =>
  picture((x, y) => {
    const shade = Math.max(0, 255 - 8 * Math.hypot(x - 24, y - 18));
    return [shade, shade, shade];
  });

async function found(files: Readonly<Record<string, Promise<Buffer>>>) {
  const folder = await temporaryFolder();
  for (const [name, data] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), await data);
  }
  const { signal } = new AbortController();
  const { masks, calledMasks } = await findImageFiles(folder, { allow: () => Promise.resolve(), signal });
  const short = (paths: readonly string[]): string[] => paths.map((path) => path.slice(folder.length + 1));
  return { masks: short(masks), pictures: short(calledMasks) };
}

test('a photograph that is called like the mask of another is a picture', async () => {
  expect(await found({ 'bottle.png': photo(), 'bottle_label.png': photo(9) })).toEqual({
    masks: [],
    pictures: ['bottle_label.png'],
  });
  expect(await found({ 'images/a.png': photo(), 'labels/a.png': photo(9) })).toEqual({
    masks: [],
    pictures: ['labels/a.png'],
  });
  expect(await found({ 'a.png': greyPhoto(), 'a_gt.png': greyPhoto() })).toEqual({
    masks: [],
    pictures: ['a_gt.png'],
  });
});

test('a drawing that was saved twice is a picture twice, a mask of the same name is one', async () => {
  expect(await found({ 'a.jpg': classes({ as: 'jpeg' }), 'a.png': classes() })).toEqual({
    masks: [],
    pictures: ['a.png'],
  });
  expect(await found({ 'a.jpg': photo(), 'a.png': mask() })).toEqual({ masks: ['a.png'], pictures: [] });
});

test('masks that are painted over their picture for people are no pictures of their own', async () => {
  const files = { 'JPEGImages/a.jpg': photo(), 'SegmentationClassVisualization/a.jpg': photo(3) };
  expect(await found(files)).toEqual({ masks: ['SegmentationClassVisualization/a.jpg'], pictures: [] });
});

test('black and white, classes in colours, what JPEG made of them, and shades of how sure somebody was are masks', async () => {
  const files = {
    'a_mask.png': mask(),
    'a_gt.jpg': mask({ as: 'jpeg' }),
    'a_seg.png': classes(),
    'a_matte.png': heat(),
  };
  expect(await found({ 'a.png': photo(), ...files })).toEqual({
    masks: ['a_gt.jpg', 'a_mask.png', 'a_matte.png', 'a_seg.png'],
    pictures: [],
  });
});

test('beside its picture a mask is as large as that; in a folder of masks it is one of any size', async () => {
  const other = (): Promise<Buffer> => mask({ width: 20 });
  expect(await found({ 'a.png': photo(), 'a_label.png': other() })).toEqual({
    masks: [],
    pictures: ['a_label.png'],
  });
  expect(await found({ 'images/a.png': photo(), 'masks/a.png': other() })).toEqual({
    masks: ['masks/a.png'],
    pictures: [],
  });
});

test('beside a photo that is turned by its EXIF orientation a mask may lie on its side', async () => {
  const turned = sharp(await photo())
    .jpeg()
    .withMetadata({ orientation: 6 })
    .toBuffer();
  expect(await found({ 'a.jpg': turned, 'a_mask.png': mask() })).toEqual({
    masks: ['a_mask.png'],
    pictures: [],
  });
});

test('of many that are called alike some are looked at, and each where those do not agree', async () => {
  const picture = await photo();
  const file = await mask();
  const other = await photo(9);
  const set = (odd: number): Record<string, Promise<Buffer>> =>
    Object.fromEntries(
      Array.from({ length: 16 }, (_, at) => [
        [`${at}.png`, Promise.resolve(picture)],
        [`${at}_label.png`, Promise.resolve(at < odd ? other : file)],
      ]).flat() as [string, Promise<Buffer>][],
    );
  expect((await found(set(3))).pictures).toEqual(['0_label.png', '1_label.png', '2_label.png']);
  expect((await found(set(0))).pictures).toEqual([]);
  expect((await found(set(16))).masks).toEqual([]);
});

test('of large pictures so many rows are looked at as are enough, and others are answered meanwhile', async () => {
  // Four million pixels, of which every fourth row is looked at.
  const large = async (of: Promise<Buffer>): Promise<Buffer> =>
    sharp(await of)
      .resize(48 * 48, 36 * 48, { kernel: 'nearest' })
      .png({ compressionLevel: 1 })
      .toBuffer();
  const noisy = sharp({
    create: {
      width: 48 * 48,
      height: 36 * 48,
      channels: 3,
      background: 'white',
      noise: { type: 'gaussian', mean: 120, sigma: 60 },
    },
  })
    .png({ compressionLevel: 1 })
    .toBuffer();
  const files = { 'a.png': noisy, 'a_label.png': large(classes()), 'a_gt.png': large(photo()) };
  expect(await found(files)).toEqual({ masks: ['a_label.png'], pictures: ['a_gt.png'] });
});
