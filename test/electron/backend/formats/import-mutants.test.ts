import { expect, test } from 'vitest';
import { indexedPng, vocColour } from '../../../../electron/backend/formats/indexed-png.ts';
import { aPng } from '../../../helpers/pictures-on-disk.ts';
import { readSet, setSize as size, type SetToRead } from '../../../helpers/read-set.ts';

/** Mutants that files of data sets are known to come with: each comes in as it should, or is told. */
interface Mutant extends SetToRead {
  /** Image, class, pixels and box of each target that comes in. */
  readonly targets: readonly string[];
  /** All that is told. */
  readonly told?: readonly string[];
}

const square = '0.1 0.1 0.5 0.1 0.5 0.5 0.1 0.5';
const yaml = 'names:\n  0: cup\n  1: plate\n';
const wide = (text: string, order: 'little' | 'big' = 'little', mark = '\ufeff'): Uint8Array => {
  const bytes = Buffer.from(mark + text, 'utf16le');
  return order === 'little' ? bytes : bytes.swap16();
};
const windows = (text: string): string => `\ufeff${text.replaceAll('\n', '\r\n')}`;
const cut = "Polygons cut at the image's border: they reach outside";
const maskCut = "Masks cut at the image's border: they reach outside";
const noClass = 'Targets imported without a class: they have no label';
const unread = 'Targets left out: they cannot be read';

const yolo: Record<string, Mutant> = {
  'a mark and line ends of Windows': {
    files: { 'data.yaml': windows(yaml), 'labels/a.txt': windows(`0 ${square}\n1 ${square}\n`) },
    targets: ['a.png cup 192 4,3,16,12', 'a.png plate 192 4,3,16,12'],
  },
  'UTF-16': {
    files: { 'data.yaml': wide(yaml), 'labels/a.txt': wide(`0 ${square}\n`, 'big') },
    targets: ['a.png cup 192 4,3,16,12'],
  },
  'UTF-16 without a mark': {
    files: { 'data.yaml': yaml, 'labels/a.txt': wide(`1 ${square}\n`, 'little', '') },
    targets: ['a.png plate 192 4,3,16,12'],
  },
  'two classes of one name': {
    files: { 'data.yaml': 'names: [cup, cup]', 'labels/a.txt': `1 ${square}\n` },
    targets: ['a.png cup 192 4,3,16,12'],
    told: ['Classes of one name: they become one class'],
  },
  'numbers of classes with a gap: none is invented': {
    files: { 'data.yaml': 'names: {0: cup, 7: plate}', 'labels/a.txt': `7 ${square}\n` },
    targets: ['a.png plate 192 4,3,16,12'],
  },
  'names that are none': {
    files: { 'data.yaml': `names: [~, '', 2]`, 'labels/a.txt': `0 ${square}\n1 ${square}\n2 ${square}` },
    targets: ['a.png 2 192 4,3,16,12', 'a.png class 0 192 4,3,16,12', 'a.png class 1 192 4,3,16,12'],
  },
  'names with quotes, a picture and letters from right to left': {
    files: { 'data.yaml': `names: ['it''s "x"', '🍌', 'كوب']`, 'labels/a.txt': `1 ${square}\n2 ${square}` },
    targets: ['a.png كوب 192 4,3,16,12', 'a.png 🍌 192 4,3,16,12'],
  },
  'capital endings': {
    files: { 'data.YAML': yaml, 'labels/A.TXT': `0 ${square}` },
    images: ['A.PNG'],
    targets: ['A.PNG cup 192 4,3,16,12'],
  },
  'two pictures that differ in the ending alone': {
    files: { 'data.yaml': yaml, 'labels/a.txt': `0 ${square}` },
    images: ['a.jpg', 'a.png'],
    targets: [],
    told: ['Images left out: several images could be meant'],
  },
  'two pictures that differ in the ending and the folder': {
    files: {
      'data.yaml': yaml,
      'labels/cam1/a.txt': `0 ${square}`,
      'labels/cam2/a.txt': `1 ${square}`,
    },
    images: ['cam1/a.jpg', 'cam2/a.png'],
    targets: ['cam1/a.jpg cup 192 4,3,16,12', 'cam2/a.png plate 192 4,3,16,12'],
  },
  'one picture in two parts': {
    files: { 'data.yaml': yaml, 'labels/train/a.txt': `0 ${square}`, 'labels/val/a.txt': `1 ${square}` },
    targets: ['a.png cup 192 4,3,16,12', 'a.png plate 192 4,3,16,12'],
    told: ['Parts of the data set: the image is in another already, where it stays'],
  },
  'an outline a little outside, one of no area, one with a score behind it': {
    files: {
      'data.yaml': yaml,
      'labels/a.txt': `0 0.1 0.1 1.005 0.1 1.005 0.5 0.1 0.5\n0 0.2 0.2 0.4 0.2 0.6 0.2\n0 ${square} 0.9\n`,
    },
    targets: ['a.png cup 432 4,3,36,12'],
    told: [cut, unread, 'Targets left out: their mask is empty'],
  },
  'tabs, and commas for points': {
    files: {
      'data.yaml': yaml,
      'labels/a.txt': `0\t${square.replaceAll(' ', '\t')}\n0 0,1 0,1 0,5 0,1 0,5 0,5`,
    },
    targets: ['a.png cup 192 4,3,16,12'],
    told: [unread],
  },
};

const shape = (more: object = {}): object => ({
  label: 'cup',
  points: [
    [4, 4],
    [20, 4],
    [20, 20],
    [4, 20],
  ],
  shape_type: 'polygon',
  group_id: null,
  flags: {},
  ...more,
});
const labelme = (shapes: readonly object[] = [shape()], more: object = {}): string =>
  JSON.stringify({
    ...{ version: '5.0', flags: {}, imagePath: 'a.png', imageData: null, imageHeight: 30, imageWidth: 40 },
    shapes,
    ...more,
  });
const mask = Buffer.from(aPng({ width: 8, height: 8 }, 1)).toString('base64');
const triangle = (left: number): number[][] => [
  [left, 1],
  [left + 4, 1],
  [left + 4, 5],
];

const labelmes: Record<string, Mutant> = {
  'UTF-16 of either order': {
    files: { 'a.json': wide(labelme()), 'b.json': wide(labelme([shape({ label: 'plate' })]), 'big') },
    targets: ['a.png cup 256 4,4,16,16', 'a.png plate 256 4,4,16,16'],
  },
  'a class by its number, none, one that is null': {
    files: {
      'a.json': labelme([
        shape({ label: 5 }),
        shape({ label: undefined, points: triangle(20) }),
        shape({ label: null, points: triangle(30) }),
      ]),
    },
    targets: ['a.png - 6 21,1,3,3', 'a.png - 6 31,1,3,3', 'a.png 5 256 4,4,16,16'],
    told: [noClass],
  },
  'missing sizes, a Windows path': {
    files: {
      'a.json': labelme(undefined, { imageHeight: null, imageWidth: undefined, imagePath: 'x\\a.png' }),
    },
    targets: ['a.png cup 256 4,4,16,16'],
    told: ['Images found by their name alone: the folders differ'],
  },
  'a polygon and a mask that reach out of the image': {
    files: {
      'a.json': labelme([
        shape({
          points: [
            [-10, -10],
            [50, -10],
            [50, 10],
            [-10, 10],
          ],
        }),
        shape({
          shape_type: 'mask',
          points: [
            [36, 26],
            [43, 33],
          ],
          mask,
        }),
      ]),
    },
    targets: ['a.png cup 13 36,26,4,4', 'a.png cup 400 0,0,40,10'],
    told: [maskCut, cut],
  },
  'four corners of a rectangle, groups that are text and disagree, fields of other programs': {
    files: {
      'a.json': labelme([
        shape({ shape_type: 'rectangle' }),
        shape({ group_id: '1', points: triangle(22), flags: { a: true } }),
        shape({ group_id: '1', points: triangle(30) }),
        shape({ points: triangle(35), score: 7, kie_linking: [1], flags: { note: { deep: 1 } } }),
      ]),
    },
    targets: ['a.png cup 12 23,1,11,3', 'a.png cup 256 4,4,16,16', 'a.png cup 6 36,1,3,3'],
    told: [
      'Attributes left out: no text, number or flag',
      'Fields of shapes that have no place here: kie_linking',
      'Parts of one target that say different things: what the first says counts',
      'Scores left out: they are no numbers from 0 to 1',
    ],
  },
};

const cvat = (shapes: string, image = 'name="a.png" width="40" height="30"'): string =>
  `<?xml version="1.0" encoding="utf-8"?>\n<annotations><version>1.1</version><image id="0" ${image}>${shapes}</image></annotations>`;
const polygon = '<polygon label="cup" points="4,4;20,4;20,20;4,20"/>';
const xmlMask = (left: string, top: string): string =>
  `<mask label="cup" rle="0, 64" left="${left}" top="${top}" width="8" height="8"/>`;

const cvats: Record<string, Mutant> = {
  'UTF-16': { files: { 'a.xml': wide(cvat(polygon)) }, targets: ['a.png cup 256 4,4,16,16'] },
  'sizes that are none': {
    files: { 'a.xml': cvat(polygon, 'name="a.png" width="x" height=""') },
    targets: ['a.png cup 256 4,4,16,16'],
  },
  'no label, a group': {
    files: { 'a.xml': cvat('<polygon group_id="3" points="4,4;20,4;20,20;4,20"/>') },
    targets: ['a.png - 256 4,4,16,16'],
    told: ['Groups of shapes: each shape is a target of its own', noClass],
  },
  'masks that reach over each border, one outside, one between pixels': {
    files: {
      'a.xml': cvat(xmlMask('36', '26') + xmlMask('-4', '-4') + xmlMask('60', '2') + xmlMask('6.4', '6')),
    },
    targets: ['a.png cup 16 0,0,4,4', 'a.png cup 16 36,26,4,4'],
    told: [maskCut, unread],
  },
  'a box and an ellipse that are turned': {
    files: {
      'a.xml': cvat(
        '<box label="cup" xtl="4" ytl="8" xbr="14" ybr="12" rotation="90"/><ellipse label="plate" cx="28" cy="14" rx="8" ry="2" rotation="90"/>',
      ),
    },
    targets: ['a.png cup 40 7,5,4,10', 'a.png plate 52 26,6,4,16'],
    told: ['Boxes: imported as filled rectangles'],
  },
};

const region = (type: string, value: object, more: object = {}): object => ({
  ...{ type, original_width: 40, original_height: 30, from_name: 'label', to_name: 'image' },
  value,
  ...more,
});
const tasks = (result: readonly object[], key = 'annotations'): string =>
  JSON.stringify([{ id: 1, data: { image: 'a.png' }, [key]: [{ result }] }]);
const points = {
  points: [
    [10, 10],
    [50, 10],
    [50, 50],
    [10, 50],
  ],
  polygonlabels: ['cup'],
};

const labelStudios: Record<string, Mutant> = {
  'UTF-16, and what annotations were called before': {
    files: { 't.json': wide(tasks([region('polygonlabels', points)], 'completions')) },
    targets: ['a.png cup 192 4,3,16,12'],
  },
  'a box turned about its corner, an ellipse, a turned image': {
    files: {
      't.json': tasks([
        region('rectanglelabels', {
          x: 50,
          y: 20,
          width: 25,
          height: 20,
          rotation: 90,
          rectanglelabels: ['cup'],
        }),
        region('ellipselabels', {
          x: 70,
          y: 70,
          radiusX: 5,
          radiusY: 20,
          rotation: 90,
          ellipselabels: ['plate'],
        }),
        region('polygonlabels', points, { image_rotation: 90 }),
      ]),
    },
    targets: ['a.png cup 192 4,3,16,12', 'a.png cup 60 14,6,6,10', 'a.png plate 40 22,19,12,4'],
    told: [
      'Boxes: imported as filled rectangles',
      'Regions of a turned image: placed as if it stood upright',
    ],
  },
};

const datumaro = (annotations: readonly object[], more: object = {}): string =>
  JSON.stringify({
    categories: { label: { labels: [{ name: 'cup' }, { name: 'cup' }] } },
    items: [{ id: 'a', annotations, image: { path: 'a.png', size: [30, 40] }, ...more }],
  });
const datumaros: Record<string, Mutant> = {
  'an ellipse, a number as text, none, a group, two classes of one name, what is said of the image': {
    files: {
      'annotations/default.json': datumaro(
        [
          { type: 'ellipse', points: [4, 4, 12, 8], label_id: 0, group: 2 },
          { type: 'polygon', points: triangle(20).flat(), label_id: '1', group: 2 },
          { type: 'polygon', points: triangle(30).flat(), label_id: null },
          { type: 'polygon', points: [-5, -5, 50, -5, 50, 10], label_id: 0 },
        ],
        { attr: { frame: 5 } },
      ),
    },
    targets: ['a.png - 6 31,1,3,3', 'a.png cup 28 4,4,8,4', 'a.png cup 6 21,1,3,3', 'a.png cup 98 15,0,25,7'],
    told: [
      'Attributes of images: not imported',
      'Classes of one name: they become one class',
      'Groups of annotations: each is a target of its own',
      cut,
      noClass,
    ],
  },
};

const cocoLike = (
  categories: readonly object[],
  segmentation: unknown = [[4, 4, 20, 4, 20, 20, 4, 20]],
): string =>
  JSON.stringify({
    images: [{ id: 1, file_name: 'a.png', width: 40, height: 30 }],
    categories,
    annotations: [{ id: 1, image_id: 1, category_id: 1, segmentation }],
  });
const twoOfOneName = cocoLike([
  { id: 1, name: 'cup' },
  { id: 2, name: 'cup' },
]);
const cocos: Record<string, Mutant> = {
  'two classes of one name': {
    files: { 'lvis_v1.json': twoOfOneName },
    targets: ['a.png cup 256 4,4,16,16'],
    told: ['Classes of one name: they become one class'],
  },
};
const lvises: Record<string, Mutant> = {
  ...cocos,
  'UTF-16, an id used twice, a class without a name, an outline that reaches out': {
    files: {
      'lvis.json': wide(
        cocoLike([{ id: 1, name: 'cup' }, { id: 1, name: 'mug' }, { id: 2 }], [[-5, -5, 50, -5, 50, 10]]),
      ),
    },
    targets: ['a.png cup 98 15,0,25,7'],
    told: [
      'Categories left out: their id is used twice',
      'Categories left out: they have no id or no name',
      cut,
    ],
  },
};

type NumberedBox = readonly [number: number, left: number, top: number, width: number, height: number];

/** A PNG of boxes of numbers: with VOC's palette, or as plain grey. */
function numbered(boxes: readonly NumberedBox[], how: 'palette' | 'grey' = 'palette'): Uint8Array {
  const pixels = new Uint8Array(size.width * size.height);
  for (const [number, left, top, width, height] of boxes)
    for (let y = top; y < top + height; y++)
      pixels.fill(number, y * size.width + left, y * size.width + left + width);
  const palette = Array.from({ length: 256 }, (_, number) =>
    number === 255 ? ([224, 224, 192] as const) : vocColour(number),
  );
  return indexedPng(pixels, size, how === 'palette' ? palette : null);
}
const labelmap = '# label:color_rgb:parts:actions\nbackground:0,0,0::\ncup:128,0,0::\nplate:0,128,0::\n';

const vocs: Record<string, Mutant> = {
  'capital endings; pixels to be ignored, of no object, of no class': {
    files: {
      'labelmap.txt': windows(labelmap),
      'SegmentationClass/a.PNG': numbered([
        [1, 2, 2, 10, 10],
        [2, 20, 2, 5, 5],
        [255, 12, 2, 1, 10],
      ]),
      'SegmentationObject/a.PNG': numbered([
        [1, 2, 2, 10, 10],
        [2, 30, 20, 4, 4],
        [255, 12, 2, 1, 10],
      ]),
    },
    targets: ['a.png - 16 30,20,4,4', 'a.png cup 100 2,2,10,10'],
    told: [
      'Pixels of a class that belong to no object: left out',
      'Pixels to be ignored: left out',
      'Targets imported without a class: none lies under them',
    ],
  },
  'two sets beside each other': {
    files: {
      'VOC2007/labelmap.txt': labelmap,
      'VOC2007/SegmentationClass/a.png': numbered([[1, 2, 2, 10, 10]]),
      'VOC2012/labelmap.txt': labelmap.replace('cup', 'bowl'),
      'VOC2012/SegmentationClass/b.png': numbered([[1, 2, 2, 10, 10]]),
    },
    images: ['a.png', 'b.png'],
    targets: ['a.png cup 100 2,2,10,10', 'b.png bowl 100 2,2,10,10'],
  },
};
const semantics: Record<string, Mutant> = {
  'capital endings, names with a mark and line ends of Windows': {
    files: {
      'classes.txt': windows('background\ncup\n'),
      'masks/a.PNG': numbered([[1, 2, 2, 10, 10]], 'grey'),
    },
    targets: ['a.png cup 100 2,2,10,10'],
  },
};

const all = Object.entries({
  voc: vocs,
  'semantic-png': semantics,
  'yolo-seg': yolo,
  labelme: labelmes,
  cvat: cvats,
  'label-studio': labelStudios,
  datumaro: datumaros,
  lvis: lvises,
  coco: cocos,
}).flatMap(([id, mutants]) => Object.entries(mutants).map(([what, mutant]) => [id, what, mutant] as const));

test.each(all)('%s: %s', async (id, _what, { files, images, targets, told = [] }) => {
  const path = id === 'coco' ? Object.keys(files)[0] : undefined;
  const { come, told: said } = await readSet(id, { files, ...(images ? { images } : {}), path });
  expect({ come, told: said }).toEqual({ come: targets.toSorted(), told: told.toSorted() });
});
