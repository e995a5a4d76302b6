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

test.each<[string, Record<string, string>]>([
  [
    'folders that are called otherwise, where only one picture is called so (ISIC)',
    { 'X_Training_GroundTruth/I_1_segmentation.png': 'X2_Training_Input/I_1.jpg' },
  ],
  ['nnU-Net', { 'labelsTr/a.png': 'imagesTr/a_0000.png' }],
  ['MMSegmentation', { 'ann_dir/train/a.png': 'img_dir/train/a.jpg' }],
  ['COCO-Stuff', { 'stuffthingmaps/val2017/a.png': 'val2017/a.jpg' }],
  ['panoptic COCO', { 'annotations/panoptic_val2017/a.png': 'val2017/a.jpg' }],
  [
    'a folder for each picture, and in it a mask for each thing (Data Science Bowl)',
    { 's/a1/masks/x.png': 's/a1/images/a1.png', 's/a1/masks/y.png': 's/a1/images/a1.png' },
  ],
  ['one name and two endings', { 'train/a.png': 'train/a.jpg', 'train/b.png': 'train/b.jpeg' }],
])('%s', (_, wanted) => {
  expect(pairs(...new Set([...Object.values(wanted), ...Object.keys(wanted)]))).toEqual(wanted);
});

test('one name and two endings says nothing beside masks that are called so, and beside pictures without one', () => {
  expect(pairs('a.jpg', 'a.png', 'a_mask.png')).toEqual({ 'a_mask.png': 'a.jpg' });
  expect(pairs('a.jpg', 'a.png', 'b.jpg')).toEqual({});
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
