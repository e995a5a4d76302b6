import { expect, test } from 'vitest';
import { coloured, grey } from '../../../../helpers/label-pictures.ts';
import { aPng } from '../../../../helpers/pictures-on-disk.ts';
import { readSet, setSize, type SetToRead } from '../../../../helpers/read-set.ts';

/** Label pictures of sets that many train with, as they are laid out when one downloads them. */
const photo = aPng(setSize);
const white = grey([[255, 4, 2, 20, 10]]);
const again = 'Label pictures passed over: another of the same image was read';
const city = 'aachen_000000_000019';

interface Layout extends SetToRead {
  readonly targets: readonly string[];
  readonly told?: readonly string[];
}
const layouts: Record<string, Layout> = {
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
  'COCO-Stuff: 0 is a class': {
    files: {
      'val2017/a.jpg': photo,
      'stuffthingmaps/val2017/a.png': grey([
        [255, 0, 0, 40, 20],
        [7, 0, 20, 40, 5],
      ]),
    },
    images: ['val2017/a.jpg'],
    targets: ['val2017/a.jpg class 0 200 0,25,40,5', 'val2017/a.jpg class 7 200 0,20,40,5'],
  },
  'Roboflow: a table of numbers and names': {
    files: {
      'train/a.jpg': photo,
      'train/a_mask.png': grey([[1, 0, 0, 40, 5]]),
      'train/_classes.csv': 'Pixel Value, Class\n0, background\n1, cup\n2, plate\n',
    },
    images: ['train/a.jpg'],
    targets: ['train/a.jpg cup 200 0,0,40,5'],
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
};

test.each(Object.entries(layouts))('%s', async (_, { targets, told = [], ...set }) => {
  const { come, told: said } = await readSet('semantic-png', set);
  expect({ come, told: said }).toEqual({ come: targets.toSorted(), told: told.toSorted() });
});
