import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { findImageFiles } from '../../../../electron/backend/images/find-image-files.ts';
import { maskNamesOf, splitOfPath } from '../../../../electron/backend/images/mask-names.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const pairs = (...names: string[]): Record<string, string> =>
  Object.fromEntries(maskNamesOf(names).pictureOf);

test('a name is a mask only where its picture is there', () => {
  expect(pairs('mask.png', 'face_mask.png', 'street_label.jpg', 'gt_1.png', 'images/a.png')).toEqual({});
  expect(pairs('face.png', 'face_mask.png')).toEqual({ 'face_mask.png': 'face.png' });
});

test("a name that fits pictures of two parts is nobody's mask", () => {
  expect(pairs('images/train/1.png', 'images/val/1.png', 'masks/1.png')).toEqual({});
  expect(maskNamesOf(['images/train/1.png', 'images/val/1.png', 'masks/1.png']).alone).toEqual([
    'masks/1.png',
  ]);
});

test('letters written as one character or as two are the same', () => {
  expect(pairs('images/caf\u00e9.jpg', 'masks/cafe\u0301.png')).toEqual({
    'masks/cafe\u0301.png': 'images/caf\u00e9.jpg',
  });
});

test('the part of a data set is told by its folder', () => {
  expect(
    ['training/a/x.png', 'train_masks/x.png', 'valannot/x.png', 'a/test/x.png', 'latest/train.png'].map(
      splitOfPath,
    ),
  ).toEqual(['train', 'train', 'val', 'test', null]);
});

test('a folder of pictures gives no masks as pictures, and says which', async () => {
  const folder = await temporaryFolder();
  const names = ['a.jpg', 'a_mask.png', 'sub/images/b.png', 'sub/masks/b.png', 'my_mask.png'];
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), '');
  }
  const { signal } = new AbortController();
  const found = await findImageFiles(folder, { allow: () => Promise.resolve(), signal });
  const short = (paths: readonly string[]): string[] => paths.map((path) => path.slice(folder.length + 1));
  expect([short(found.images), short(found.masks)]).toEqual([
    ['a.jpg', 'my_mask.png', 'sub/images/b.png'],
    ['a_mask.png', 'sub/masks/b.png'],
  ]);
  // A file that is given by its name is what it is given as.
  expect(
    (await findImageFiles(join(folder, 'a_mask.png'), { allow: () => Promise.resolve(), signal })).images,
  ).toEqual([join(folder, 'a_mask.png')]);
});
