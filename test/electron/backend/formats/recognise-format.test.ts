import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { recogniseFormat } from '../../../../electron/backend/formats/recognise-format.ts';
import { zipOf } from '../../../../electron/backend/formats/zip-archive.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

/** Our own exports are in what-comes-back.test.ts; here are layouts of other programs. */
const { signal } = new AbortController();
const json = (value: unknown): string => JSON.stringify(value);

const image = { id: 1, file_name: 'a.png', width: 40, height: 30 };
const annotation = { id: 1, image_id: 1, category_id: 1, segmentation: [[4, 4, 20, 4, 20, 20]] };
const instances = { info: {}, licenses: [], images: [image], annotations: [annotation], categories: [] };
const captions = { images: [image], annotations: [{ id: 1, image_id: 1, caption: 'A cup.' }] };
const shapes = [{ label: 'cup', points: [], shape_type: 'polygon' }];

type Layout = Readonly<Record<string, string | Uint8Array>>;
const layouts: readonly (readonly [string, string, Layout])[] = [
  ['a COCO file of any name', 'coco', { x: json(instances) }],
  ['annotations before images', 'coco', { 'x.json': json({ annotations: [annotation], images: [image] }) }],
  [
    'COCO 2017, captions first',
    'coco',
    { 'annotations/captions_val.json': json(captions), 'annotations/instances_val.json': json(instances) },
  ],
  [
    'panoptic COCO',
    'coco-panoptic',
    {
      'panoptic_val.json': json({ ...captions, annotations: [{ image_id: 1, segments_info: [] }] }),
      'panoptic_val/a.png': '',
    },
  ],
  [
    'LVIS by its images',
    'lvis',
    { 'x.json': json({ ...instances, images: [{ ...image, not_exhaustive_category_ids: [] }] }) },
  ],
  ['LVIS by its name', 'lvis', { 'lvis_v1_val.json': json(instances) }],
  [
    'labelme beside pictures',
    'labelme',
    { 'a.png': '', 'a.json': json({ version: '5', shapes, imagePath: 'a.png' }) },
  ],
  ['an old labelme', 'labelme', { 'a.json': json({ version: '3.16.7', imageData: null, shapes }) }],
  [
    'ReasonSeg',
    'reason-seg',
    { 'a.jpg': '', 'a.json': json({ shapes, text: ['the cup'], is_sentence: true }) },
  ],
  [
    'Label Studio',
    'label-studio',
    { 'p.json': json([{ id: 1, data: { image: 'a.png' }, annotations: [] }]) },
  ],
  [
    'Label Studio, small',
    'label-studio',
    { 'p.json': json([{ id: 1, image: 'a.png', annotation_id: 1, annotator: 1 }]) },
  ],
  [
    'Datumaro',
    'datumaro',
    { 'annotations/default.json': json({ info: {}, categories: {}, items: [{ id: 'a' }] }) },
  ],
  [
    'CVAT for images',
    'cvat',
    { 'annotations.xml': '<?xml version="1.0"?>\n<annotations><version>1.1</version></annotations>' },
  ],
  [
    'VOC boxes',
    'voc',
    { 'Annotations/a.xml': '<annotation><filename>a.jpg</filename></annotation>', 'JPEGImages/a.jpg': '' },
  ],
  [
    'VOC masks',
    'voc',
    { 'VOC2012/SegmentationClass/a.png': '', 'VOC2012/JPEGImages/a.jpg': '', 'notes.json': '{}' },
  ],
  [
    'Ultralytics',
    'yolo-seg',
    { 'data.yaml': 'names: [cup]', 'train/labels/a.txt': '', 'train/images/a.jpg': '' },
  ],
  ['Darknet', 'yolo-seg', { 'obj.data': '', 'obj_train_data/a.txt': '', 'obj_train_data/a.jpg': '' }],
  [
    'YOLO of Label Studio',
    'yolo-seg',
    { 'notes.json': json({ categories: [] }), 'classes.txt': 'cup', 'labels/a.txt': '' },
  ],
  ['label pictures', 'semantic-png', { 'classes.txt': 'cup', 'masks/a.png': '', 'images/a.png': '' }],
  ['masks beside pictures', 'semantic-png', { 'a.jpg': '', 'a_mask.png': '', 'notes.txt': '' }],
  ['a single mask', 'semantic-png', { 'a_mask.png': '' }],
  [
    'Cityscapes',
    'semantic-png',
    {
      'leftImg8bit/val/x/x_1_leftImg8bit.png': '',
      'gtFine/val/x/x_1_gtFine_labelIds.png': '',
      'gtFine/val/x/x_1_gtFine_polygons.json': json({ imgHeight: 1, imgWidth: 1, objects: [] }),
    },
  ],
  ['MVTec', 'semantic-png', { 'test/hole/1.png': '', 'ground_truth/hole/1_mask.png': '', 'license.txt': '' }],
  ['refCOCO', 'refcoco', { 'refs(unc).p': '', 'instances.json': json(instances) }],
  ['MUSE', 'muse', { 'MUSE_test.json': json([{ file_name: 'a.png', questions: [], answers: [] }]) }],
  [
    'a file that no reader here is for, which COCO’s names',
    'coco',
    { 'a.json': json({ type: 'FeatureCollection', features: [] }) },
  ],
  ['damaged JSON', 'coco', { 'a.json': '{"images": [' }],
];

async function written(files: Layout): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, data] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), data);
  }
  return folder;
}

async function zipped(files: Layout): Promise<Buffer> {
  async function* entries() {
    for (const [name, data] of Object.entries(files)) yield { name, data: Buffer.from(data) };
  }
  const parts = [];
  for await (const part of zipOf(entries())) parts.push(part);
  return Buffer.concat(parts);
}

describe.each(layouts)('%s', (_, wanted, files) => {
  test('in a folder', async () => {
    expect(await recogniseFormat({ kind: 'path', path: await written(files) }, signal)).toBe(wanted);
  });
  test('in an archive that was handed over', async () => {
    const source = { kind: 'bytes', name: 'set.zip', data: await zipped(files) } as const;
    expect(await recogniseFormat(source, signal)).toBe(wanted);
  });
});

test('a file by itself, packed or not, wherever it lies', async () => {
  const folder = await written({
    'x.json': json(instances),
    'x.json.gz': gzipSync(json(instances)),
    'a.xml': '<annotations/>',
  });
  for (const [name, wanted] of [
    ['x.json', 'coco'],
    ['x.json.gz', 'coco'],
    ['a.xml', 'cvat'],
  ] as const)
    expect(await recogniseFormat({ kind: 'path', path: join(folder, name) }, signal)).toBe(wanted);
});

test('where nobody can tell, that is said with what there is', async () => {
  for (const [files, what] of [
    [{ 'a.png': '', 'b/c.jpg': '' }, '1 of .png, 1 of .jpg'],
    [{ 'notes.txt': 'Hello.' }, '1 of .txt'],
    [{}, 'it is empty'],
  ] as const)
    await expect(recogniseFormat({ kind: 'path', path: await written(files) }, signal)).rejects.toMatchObject(
      {
        code: 'bad-file',
        message: `It cannot be told of which format this is: ${what}. Choose the format, if it has annotations.`,
      },
    );
});

test('what is not there is said', async () => {
  const path = join(await temporaryFolder(), 'nothing');
  await expect(recogniseFormat({ kind: 'path', path }, signal)).rejects.toMatchObject({
    code: 'file-not-found',
  });
});
