import sharp from 'sharp';
import { expect, test } from 'vitest';
import { aPng, aPngOf } from '../../../../helpers/pictures-on-disk.ts';
import { readSet, setSize as size, type SetToRead } from '../../../../helpers/read-set.ts';

type Patch = readonly [number: number, x: number, y: number, width: number, height: number];

/** A grey PNG of the set's size, of 8 or 16 bits, 0 but where a patch says otherwise. */
function grey(patches: readonly Patch[], bitDepth: 8 | 16 = 8): Uint8Array {
  const each = bitDepth / 8;
  const rows = Buffer.alloc(size.height * (size.width * each + 1));
  for (const [number, left, top, width, height] of patches)
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++)
        rows.writeUIntBE(number, y * (size.width * each + 1) + 1 + x * each, each);
  return aPngOf({ ...size, bitDepth, colourType: 0, rows });
}

/** A PNG of colours, black but where a patch says otherwise. */
function coloured(
  patches: readonly (readonly [colour: readonly number[], x: number, y: number, w: number, h: number])[],
): Uint8Array {
  const rows = Buffer.alloc(size.height * (size.width * 3 + 1));
  for (const [colour, left, top, width, height] of patches)
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++) rows.set(colour, y * (size.width * 3 + 1) + 1 + x * 3);
  return aPngOf({ ...size, bitDepth: 8, colourType: 2, rows });
}

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

const city = 'aachen_000000_000019';
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
  Cityscapes: {
    files: {
      [`leftImg8bit/train/aachen/${city}_leftImg8bit.png`]: photo,
      [`gtFine/train/aachen/${city}_gtFine_instanceIds.png`]: grey(
        [
          [7, 0, 0, 40, 5],
          [26_000, 0, 5, 20, 5],
          [26_001, 20, 5, 20, 5],
          [24, 0, 10, 40, 5],
        ],
        16,
      ),
      [`gtFine/train/aachen/${city}_gtFine_labelIds.png`]: grey([[7, 0, 0, 40, 5]]),
      [`gtFine/train/aachen/${city}_gtFine_color.png`]: photo,
      [`gtFine/train/aachen/${city}_gtFine_polygons.json`]: '{}',
    },
    images: [`aachen/${city}_leftImg8bit.png`],
    targets: [
      `aachen/${city}_leftImg8bit.png car 100 0,5,20,5`,
      `aachen/${city}_leftImg8bit.png car 100 20,5,20,5`,
      `aachen/${city}_leftImg8bit.png person 200 0,10,40,5`,
      `aachen/${city}_leftImg8bit.png road 200 0,0,40,5`,
    ],
    told: [again],
  },
  "Cityscapes' outlines alone, painted as its scripts do": {
    files: {
      [`gtFine/val/x/${city}_gtFine_polygons.json`]: JSON.stringify({
        ...{ imgHeight: 30, imgWidth: 40 },
        objects: [
          {
            label: 'road',
            polygon: [
              [0, 10],
              [39, 8],
              [39, 29],
              [0, 29],
            ],
          },
          {
            label: 'car',
            polygon: [
              [4, 4],
              [20, 6],
              [12, 17],
              [3, 12],
            ],
          },
          {
            label: 'car',
            polygon: [
              [15, 2],
              [45, 2],
              [30, 20],
            ],
          },
          {
            label: 'cargroup',
            polygon: [
              [0, 20],
              [8, 20],
              [8, 26],
              [0, 26],
            ],
          },
          {
            label: 'sky',
            polygon: [
              [30, 0],
              [39, 0],
              [39, 5],
            ],
            deleted: 1,
          },
          {
            label: 'license plate',
            polygon: [
              [5, 5],
              [9, 5],
              [9, 7],
            ],
          },
          {
            label: 'unlabeled',
            polygon: [
              [33, 25],
              [39, 25],
              [39, 29],
              [33, 29],
            ],
          },
          {
            label: 'road',
            polygon: [
              [0, 0],
              [2, 0],
              [2, 2],
            ],
          },
          { label: 'road', polygon: [[0, 0], [2]] },
        ],
      }),
    },
    images: [`x/${city}_leftImg8bit.png`],
    // As cityscapesScripts 2.3.0 (Pillow 13.0.0) paints them.
    targets: [
      `x/${city}_leftImg8bit.png car 144 3,4,17,14`,
      `x/${city}_leftImg8bit.png car 277 15,2,25,19`,
      `x/${city}_leftImg8bit.png car 63 0,20,9,7`,
      `x/${city}_leftImg8bit.png road 535 0,0,40,30`,
    ],
    told: ['Targets left out: Cityscapes paints no licence plates', 'Targets left out: they cannot be read'],
  },
  'Mapillary: instances of the newest version, 0 is a class, the last is none': {
    files: {
      'training/images/a.jpg': photo,
      'training/v2.0/instances/a.png': grey(
        [
          [1 * 256 + 1, 0, 0, 20, 5],
          [1 * 256 + 2, 20, 0, 20, 5],
          [2 * 256, 0, 10, 40, 20],
        ],
        16,
      ),
      'training/v2.0/labels/a.png': grey([[1, 0, 0, 40, 5]]),
      'training/v2.0/panoptic/a.png': photo,
      'training/v1.2/instances/a.png': photo,
      'training/v2.0/polygons/a.json': '{}',
      'config_v2.0.json': JSON.stringify({
        labels: ['animal--bird', 'object--car', 'void--unlabeled'].map((name) => ({ name })),
      }),
    },
    images: ['a.jpg'],
    targets: [
      'a.jpg animal--bird 200 0,5,40,5',
      'a.jpg object--car 100 0,0,20,5',
      'a.jpg object--car 100 20,0,20,5',
    ],
    told: [again],
  },
  'Cityscapes by what trainers number: 0 is a class': {
    files: {
      [`leftImg8bit/val/x/${city}_leftImg8bit.png`]: photo,
      [`gtFine/val/x/${city}_gtFine_labelTrainIds.png`]: grey([
        [13, 0, 0, 40, 5],
        [255, 0, 5, 40, 25],
      ]),
    },
    images: [`x/${city}_leftImg8bit.png`],
    targets: [`x/${city}_leftImg8bit.png car 200 0,0,40,5`],
  },
  KITTI: {
    files: {
      'training/image_2/000000_10.png': photo,
      'training/instance/000000_10.png': grey(
        [
          [26 * 256 + 1, 0, 0, 40, 5],
          [7 * 256, 0, 5, 40, 5],
        ],
        16,
      ),
      'training/semantic/000000_10.png': grey([[26, 0, 0, 40, 5]]),
      'training/semantic_rgb/000000_10.png': photo,
    },
    images: ['000000_10.png'],
    targets: ['000000_10.png car 200 0,0,40,5', '000000_10.png road 200 0,5,40,5'],
    told: [again],
  },
  'ADE20K of the challenge, with its table of names': {
    files: {
      'images/training/ADE_train_1.jpg': photo,
      'annotations/training/ADE_train_1.png': grey([[2, 0, 0, 40, 5]]),
      'objectInfo150.txt': 'Idx\tRatio\tTrain\tVal\tStuff\tName\n2\t0.1\t1\t1\t1\tbuilding, edifice\n',
    },
    images: ['ADE_train_1.jpg'],
    targets: ['ADE_train_1.jpg building, edifice 200 0,0,40,5'],
  },
  'ADE20K, whole: class and thing in colours': {
    files: {
      'training/abbey/ADE_train_1.jpg': photo,
      'training/abbey/ADE_train_1_seg.png': coloured([
        [[10, 5, 1], 0, 0, 40, 5],
        [[10, 5, 2], 0, 5, 40, 5],
      ]),
      'training/abbey/ADE_train_1_parts_1.png': photo,
    },
    images: ['training/abbey/ADE_train_1.jpg'],
    targets: [
      'training/abbey/ADE_train_1.jpg class 261 200 0,0,40,5',
      'training/abbey/ADE_train_1.jpg class 261 200 0,5,40,5',
    ],
    told: [again],
  },
  'ADE20K of 2021: names beside the picture, a folder of single masks': {
    files: {
      'training/x/ADE_train_00000001.jpg': photo,
      'training/x/ADE_train_00000001_seg.png': coloured([[[10, 5, 1], 0, 0, 40, 5]]),
      'training/x/ADE_train_00000001/instance_000_ADE_train_00000001.png': white,
      'training/x/ADE_train_00000001.json': JSON.stringify({
        annotation: { object: [{ id: 0, name: 'building, edifice', name_ndx: 261 }] },
      }),
    },
    images: ['training/x/ADE_train_00000001.jpg'],
    targets: ['training/x/ADE_train_00000001.jpg building, edifice 200 0,0,40,5'],
    told: [again],
  },
  'CamVid: colours with names, one of none': {
    files: {
      'images/x.png': photo,
      'labels/x_L.png': coloured([
        [[64, 128, 64], 0, 0, 40, 5],
        [[1, 2, 3], 0, 5, 1, 1],
      ]),
      'label_colors.txt': '64 128 64\tAnimal\n',
    },
    images: ['x.png'],
    targets: ['x.png Animal 200 0,0,40,5'],
    told: ['Pixels left out: their colour is none of the list'],
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
