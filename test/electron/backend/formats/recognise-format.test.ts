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
    "Cityscapes' outlines alone",
    'semantic-png',
    { 'x_gtFine_polygons.json': json({ imgHeight: 1, imgWidth: 1, objects: [] }) },
  ],
  [
    'what is read beside what is not',
    'coco',
    { 'a.json': json({ _via_settings: {}, _via_img_metadata: {} }), 'b.json': json(instances) },
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

const isat = { info: { description: 'ISAT', folder: '', name: 'a.png' }, objects: [1] };
const via = { 'a.png1': { filename: 'a.png', size: 1, regions: [] } };
test.each<[string, string, string]>([
  ['a GeoJSON file', 'a.json', json({ type: 'FeatureCollection', features: [1] })],
  ['a VIA project', 'a.json', json({ _via_settings: {}, _via_img_metadata: via })],
  ['a file of VIA regions', 'a.json', json(via)],
  ['a VIA project', 'a.json', json({ project: {}, config: {}, attribute: {}, file: {}, metadata: {} })],
  ['an ISAT file', 'a.json', json(isat)],
  ['a Supervisely file', 'ann/a.jpg.json', json({ description: '', tags: [], size: {}, objects: [1] })],
  ['a Darwin (V7) file', 'a.json', json({ version: '2.0', item: {}, annotations: [{ id: '1' }] })],
  ['a SuperAnnotate file', 'a.json', json({ metadata: {}, instances: [1] })],
  ['a Labelbox export', 'a.json', json([{ 'Labeled Data': 'http://x/a.jpg', Label: {} }])],
  ['a BDD or Scalabel file', 'a.json', json([{ name: 'a.jpg', labels: [] }])],
  ['an SA-1B file', 'a.json', json({ image: {}, annotations: [{ predicted_iou: 1 }] })],
  ['a CreateML file', 'a.json', json([{ image: 'a.jpg', annotations: [] }])],
  ['a file of Mapillary polygons', 'a.json', json({ width: 1, height: 1, objects: [1] })],
  [
    "a file of MIT's LabelMe",
    'a.xml',
    '<annotation><filename>a.jpg</filename><source><submittedBy>x</submittedBy></source></annotation>',
  ],
  ['a table of VIA regions', 'a.csv', 'filename,region_shape_attributes\n'],
  ['a table of boxes', 'a.csv', 'filename,class,xmin,ymin,xmax,ymax\n'],
  ['a table of Open Images', 'a.csv', 'MaskPath,ImageID\n'],
  ['a table (CSV)', 'a.csv', 'x\n'],
  ['a file of JSON lines', 'a.ndjson', '{}\n'],
  ['a TFRecord', 'a.tfrecord', ''],
])('%s is called by its name', async (kind, name, data) => {
  for (const files of [{ [name]: data }, { [name]: data, 'a.png': '' }])
    await expect(recogniseFormat({ kind: 'path', path: await written(files) }, signal)).rejects.toMatchObject(
      {
        code: 'bad-file',
        message: `${name} is ${kind}, which this app does not read. Convert it to COCO, or to another format of the list.`,
      },
    );
});

test('the set-up of a YOLO data set has no labels: its folder is asked for', async () => {
  const path = join(await written({ 'data.yaml': 'names: [cup]' }), 'data.yaml');
  await expect(recogniseFormat({ kind: 'path', path }, signal)).rejects.toMatchObject({
    message:
      'data.yaml says how a YOLO data set is set up, and holds no labels. Give the folder that it lies in.',
  });
});

test('what is not there is said', async () => {
  const path = join(await temporaryFolder(), 'nothing');
  await expect(recogniseFormat({ kind: 'path', path }, signal)).rejects.toMatchObject({
    code: 'file-not-found',
  });
});
