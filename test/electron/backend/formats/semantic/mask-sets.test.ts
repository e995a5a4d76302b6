import sharp from 'sharp';
import { expect, test } from 'vitest';
import { coloured, grey } from '../../../../helpers/label-pictures.ts';
import { aPng } from '../../../../helpers/pictures-on-disk.ts';
import { readSet, setSize as size, type SetToRead } from '../../../../helpers/read-set.ts';

const photo = aPng(size);
const white = grey([[255, 4, 2, 20, 10]]);
const below = grey([[255, 4, 14, 20, 10]]);
const oneClass = (name: string): string => `Masks of black and white read as one class: "${name}"`;
const again = 'Label pictures passed over: another of the same image was read';
const nobody = 'Pixels left out: the number 255 stands for what nobody decided';
const inverted = (mask: Uint8Array): Promise<Buffer> => sharp(mask).negate().png().toBuffer();
const onWhite =
  'Masks of black on white: black was taken for the target, since white is all around it (the option "masks" says otherwise)';
const smooth = await sharp(white).blur(0.8).png().toBuffer();
const asJpeg = await sharp(white).jpeg().toBuffer();

interface Layout extends SetToRead {
  readonly targets: readonly string[];
  readonly told?: readonly string[];
}
const layouts: Record<string, Layout> = {
  'masks beside their pictures, two of one': {
    files: {
      'a.jpg': photo,
      'a_mask.png': white,
      'b (1).png': photo,
      'b (1)_mask.png': white,
      'b (1)_mask_1.png': below,
    },
    images: ['a.jpg', 'b (1).png'],
    targets: [
      'a.jpg foreground 200 4,2,20,10',
      'b (1).png foreground 200 4,2,20,10',
      'b (1).png foreground 200 4,14,20,10',
    ],
    told: [oneClass('foreground')],
  },
  'of other words: gt, seg, label': {
    files: {
      'a.png': photo,
      'a_gt.png': white,
      'b.png': photo,
      'b-seg.png': white,
      'c.png': photo,
      'c_label.png': white,
    },
    images: ['a.png', 'b.png', 'c.png'],
    targets: [
      'a.png foreground 200 4,2,20,10',
      'b.png foreground 200 4,2,20,10',
      'c.png foreground 200 4,2,20,10',
    ],
    told: [oneClass('foreground')],
  },
  'black and white with a list of one class': {
    files: { 'images/a.png': photo, 'masks/a.png': white, 'classes.txt': 'background\ncrack\n' },
    targets: ['a.png crack 200 4,2,20,10'],
    told: [oneClass('crack')],
  },
  'edges smoothed, and saved as JPEG': {
    files: { 'images/a.jpg': photo, 'masks/a.jpg': asJpeg, 'images/b.jpg': photo, 'masks/b.png': smooth },
    images: ['a.jpg', 'b.jpg'],
    targets: ['a.jpg foreground 200 4,2,20,10', 'b.jpg foreground 200 4,2,20,10'],
    told: [
      'Masks of more than black and white: what is lighter than the middle was taken',
      oneClass('foreground'),
    ],
  },
  'numbers with what nobody decided': {
    files: {
      'train/a.png': photo,
      'trainannot/a.png': grey([
        [1, 0, 0, 40, 5],
        [255, 0, 20, 40, 10],
      ]),
    },
    images: ['train/a.png'],
    targets: ['train/a.png class 1 200 0,0,40,5'],
    told: [nobody],
  },
  'numbers of 16 bits': {
    files: {
      'images/a.png': photo,
      'masks/a.png': grey(
        [
          [300, 0, 0, 40, 5],
          [301, 0, 5, 40, 5],
        ],
        16,
      ),
    },
    targets: ['a.png class 300 200 0,0,40,5', 'a.png class 301 200 0,5,40,5'],
  },
  'a folder for each class': {
    files: { 'images/a.png': photo, 'masks/crack/a.png': white, 'masks/rust/a.png': below },
    targets: ['a.png crack 200 4,2,20,10', 'a.png rust 200 4,14,20,10'],
    told: [oneClass('crack'), oneClass('rust')],
  },
  MVTec: {
    files: {
      'test/broken/000.png': photo,
      'ground_truth/broken/000_mask.png': white,
      'test/good/000.png': photo,
    },
    images: ['test/broken/000.png', 'test/good/000.png'],
    targets: ['test/broken/000.png broken 200 4,2,20,10'],
    told: [oneClass('broken')],
  },
  'colours without names are called as they look': {
    files: { 'images/a.png': photo, 'masks/a.png': coloured([[[255, 0, 16], 0, 0, 40, 5]]) },
    targets: ['a.png colour #ff0010 200 0,0,40,5'],
  },
  'a photograph in the place of a mask': {
    files: { 'images/a.png': photo, 'masks/a.png': photo },
    targets: [],
    told: ['Targets of an image left out: its label picture cannot be read'],
  },
  'pictures of one name in two parts': {
    files: {
      'images/train/1.png': photo,
      'images/val/1.png': photo,
      'masks/train/1.png': grey([[1, 0, 0, 40, 5]]),
      'masks/val/1.png': grey([[2, 0, 0, 40, 5]]),
    },
    images: ['images/train/1.png', 'images/val/1.png'],
    targets: ['images/train/1.png class 1 200 0,0,40,5', 'images/val/1.png class 2 200 0,0,40,5'],
  },
  'a list that begins with a class': {
    files: { 'images/a.png': photo, 'masks/a.png': grey([[1, 0, 0, 40, 5]]), 'classes.txt': 'cup\nplate\n' },
    targets: ['a.png plate 200 0,0,40,5'],
    told: ['The first name of the list taken for number 0, which is no class here'],
  },
  'lists of others that begin with nothing': {
    files: {
      'images/a.png': photo,
      'masks/a.png': grey([[1, 0, 0, 40, 5]]),
      'labels.txt': '__ignore__\nplate\n',
    },
    targets: ['a.png plate 200 0,0,40,5'],
  },
  Supervisely: {
    files: {
      'ds/img/a.png': photo,
      'ds/masks_machine/a.png': grey([[1, 0, 0, 40, 5]]),
      'ds/masks_human/a.png': photo,
    },
    targets: ['a.png class 1 200 0,0,40,5'],
    told: [again],
  },
  'black on white: what white is all around is the target': {
    files: {
      ...{ 'images/a.png': photo, 'images/b.png': photo, 'images/c.png': photo },
      ...{ 'masks/a.png': await inverted(white), 'masks/b.png': await inverted(below) },
      'masks/c.png': grey([[255, 0, 0, 40, 30]]),
    },
    images: ['a.png', 'b.png', 'c.png'],
    targets: ['a.png foreground 200 4,2,20,10', 'b.png foreground 200 4,14,20,10'],
    told: [onWhite, oneClass('foreground')],
  },
  'one mask of a sky is white along a border and no black on white': {
    files: { 'images/a.png': photo, 'masks/a.png': grey([[255, 0, 0, 40, 20]]) },
    targets: ['a.png foreground 800 0,0,40,20'],
    told: [oneClass('foreground')],
  },
  'one mask that is black on white among others that are not is read as they are': {
    files: {
      ...{ 'images/a.png': photo, 'images/b.png': photo },
      ...{ 'masks/a.png': await inverted(white), 'masks/b.png': white },
    },
    images: ['a.png', 'b.png'],
    targets: ['a.png foreground 1000 0,0,40,30', 'b.png foreground 200 4,2,20,10'],
    told: [oneClass('foreground')],
  },
  'a single mask': {
    files: { 'a_mask.png': white },
    path: 'a_mask.png',
    targets: ['a.png foreground 200 4,2,20,10'],
    told: [oneClass('foreground')],
  },
  'a folder of masks itself': {
    files: { 'masks/a.png': grey([[3, 0, 0, 40, 5]]) },
    path: 'masks',
    targets: ['a.png class 3 200 0,0,40,5'],
  },
};

test.each(Object.entries(layouts))('%s', async (_, { targets, told = [], ...set }) => {
  const { come, told: said } = await readSet('semantic-png', set);
  expect({ come, told: said }).toEqual({ come: targets.toSorted(), told: told.toSorted() });
});

test('a folder in which nothing is called a mask is refused with what was looked for', async () => {
  await expect(readSet('semantic-png', { files: { 'a.png': photo, 'b.png': photo } })).rejects.toMatchObject({
    code: 'bad-file',
    message: expect.stringMatching(/no picture in a folder "masks".*a_mask\.png beside a\.png/u) as string,
  });
});

test('what of black and white is the target can be said', async () => {
  const files = { 'images/a.png': photo, 'masks/a.png': await inverted(white) };
  const read = async (masks: string) => {
    const { come, told } = await readSet('semantic-png', { files, options: { masks } });
    return [come, told];
  };
  expect(await read('light')).toEqual([['a.png foreground 1000 0,0,40,30'], [oneClass('foreground')]]);
  expect(await read('dark')).toEqual([['a.png foreground 200 4,2,20,10'], [oneClass('foreground')]]);
});
