import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { formatNamed } from '../../../../electron/backend/formats/registry.ts';
import { zipOf } from '../../../../electron/backend/formats/zip-archive.ts';
import { boxRuns } from '../../../../electron/common/mask-region.ts';
import { rleOf } from '../../../../electron/common/rle.ts';
import { anImage, anImport, aProject, bytesOf, outcomeOf } from '../../../helpers/project-contents.ts';
import { readSet, setSize } from '../../../helpers/read-set.ts';

/** Data sets as the programs write them that people come from, beyond the one layout each format has in our own export. */
const box = boxRuns([4, 3, 16, 12], setSize);
const boxes = 'Boxes: imported as filled rectangles';

describe('CVAT', () => {
  const film = (tracks: string): Record<string, string> => ({
    'annotations.xml': `<annotations><version>1.1</version><meta><task><original_size><width>40</width><height>30</height></original_size><labels><label><name>cup</name><attributes><attribute><name>colour</name><mutable>False</mutable><input_type>select</input_type><default_value>red</default_value><values>red\nblue</values></attribute><attribute><name>broken</name><input_type>checkbox</input_type><default_value>false</default_value><values></values></attribute><attribute><name>odd</name><input_type>unheard of</input_type></attribute></attributes></label></labels></task></meta>${tracks}</annotations>`,
  });

  test('each frame of a track is a target, but where it has left the picture', async () => {
    const shapeAt = (frame: number, more: string): string =>
      `<box frame="${frame}" outside="0" occluded="0" keyframe="1" xtl="4" ytl="3" xbr="20" ybr="15" ${more}><attribute name="colour">blue</attribute></box>`;
    const tracks = `<track id="5" label="cup">${shapeAt(0, '')}${shapeAt(1, 'occluded="1"').replace('occluded="0" ', '')}${shapeAt(2, '').replace('outside="0"', 'outside="1"')}</track>`;
    const images = ['frame_000000.PNG', 'frame_000001.PNG', 'frame_000002.PNG'];
    const { known, told, classes } = await readSet('cvat', { files: film(tracks), images });
    expect({ known, told }).toEqual({
      known: [
        'frame_000000.PNG cup 192 4,3,16,12 - {"track_id":5,"colour":"blue"}',
        'frame_000001.PNG cup 192 4,3,16,12 - {"track_id":5,"colour":"blue","occluded":true}',
      ],
      told: [boxes],
    });
    expect(classes.map(({ name, attributes }) => [name, attributes])).toEqual([
      [
        'cup',
        [
          { name: 'colour', type: 'choice', choices: ['red', 'blue'], initial: 'red' },
          { name: 'broken', type: 'flag', choices: [], initial: false },
        ],
      ],
    ]);
  });

  test('skeletons, cuboids, lines and tags are told', async () => {
    const shapes =
      '<skeleton label="cup"><points label="1" points="1,1"/></skeleton><cuboid label="cup" xtl1="1"/><polyline label="cup" points="1,1;2,2"/><tag label="indoor"/>';
    const files = {
      'a.xml': `<annotations><image id="0" name="a.png" width="40" height="30">${shapes}</image></annotations>`,
    };
    const { come, told } = await readSet('cvat', { files });
    expect({ come, told }).toEqual({
      come: [],
      told: ['Cuboids left out: they are no flat shapes', 'Shapes left out: they enclose nothing'],
    });
  });
});

describe('YOLO', () => {
  const square = '0.1 0.1 0.5 0.1 0.5 0.5 0.1 0.5';
  const yaml = 'names: [cup, plate]\n';

  test("Darknet's lists, as CVAT writes them", async () => {
    const given = {
      files: {
        'obj.names': 'cup\nplate\n',
        'obj.data': 'classes = 2\nnames = data/obj.names\n',
        'train.txt': 'data/obj_train_data/a.png\n',
        'obj_train_data/a.txt': '1 0.3 0.3 0.4 0.4\n',
      },
    };
    const { come, told, images } = await readSet('yolo-seg', given);
    expect({ come, told, parts: images.map(({ name, split }) => `${name} ${split}`) }).toEqual({
      come: ['a.png plate 192 4,3,16,12'],
      told: [boxes],
      parts: ['a.png train'],
    });
  });

  test.each([
    ['folders of the set-up', 'train: ./images/one\nval: [images/two]\n', {}],
    [
      'lists of the set-up',
      'train: lists/one.txt\nval: /somewhere/lists/two.txt\n',
      {
        'lists/one.txt': './images/one/a.png\n',
        'lists/two.txt': '/somewhere/images/two/b.png\n',
      },
    ],
    ['lists beside it', '', { 'train.txt': 'images/one/a.png', 'val.txt': 'D:\\set\\images\\two\\b.png' }],
  ] as const)('parts of a data set are known by %s', async (_by, parts, lists) => {
    const files = {
      'data.yaml': yaml + parts,
      'labels/one/a.txt': `0 ${square}`,
      'labels/two/b.txt': `1 ${square}`,
      'images/one/a.png': '',
      'images/two/b.png': '',
      ...lists,
    };
    const { come, images } = await readSet('yolo-seg', { files, images: ['one/a.png', 'two/b.png'] });
    expect({ come, parts: images.map(({ name, split }) => `${name} ${split}`) }).toEqual({
      come: ['one/a.png cup 192 4,3,16,12', 'two/b.png plate 192 4,3,16,12'],
      parts: ['a.png train', 'b.png val'],
    });
  });

  test('folders of years, and pictures that are called like a list', async () => {
    const files = {
      'data.yaml': yaml,
      'labels/train2017/a.txt': `0 ${square}`,
      'labels/val2017/test.txt': `1 ${square}`,
    };
    const { come, images } = await readSet('yolo-seg', { files, images: ['a.png', 'test.png'] });
    expect({ come, parts: images.map(({ name, split }) => `${name} ${split}`) }).toEqual({
      come: ['a.png cup 192 4,3,16,12', 'test.png plate 192 4,3,16,12'],
      parts: ['a.png train', 'test.png val'],
    });
  });

  test('notes of a person beside a YOLO set are no labels; a label file of words is damaged', async () => {
    const files = { 'a.txt': '0 0.3 0.3 0.4 0.4\n', 'notes.txt': 'Ask Ann about the cups.\n' };
    const { come, told } = await readSet('yolo-seg', { files });
    expect([come, told]).toEqual([['a.png class 0 192 4,3,16,12'], [boxes]]);
    const damaged = { 'labels/a.txt': 'Ask Ann about the cups.\n' };
    expect((await readSet('yolo-seg', { files: damaged })).told).not.toEqual([]);
  });

  test('rows of a model end with its score; key points stand behind a box', async () => {
    const scored = { 'data.yaml': yaml, 'labels/a.txt': `0 ${square} 0.75\n1 0.3 0.3 0.4 0.4 0.5\n` };
    const { known, told } = await readSet('yolo-seg', { files: scored });
    expect({ known, told }).toEqual({
      known: ['a.png cup 192 4,3,16,12 0.75 {}', 'a.png plate 192 4,3,16,12 0.5 {}'],
      told: [boxes, 'Rows with a number behind their outline: read as its score'],
    });
    const posed = {
      'data.yaml': `${yaml}kpt_shape: [2, 3]\n`,
      'labels/a.txt': '0 0.3 0.3 0.4 0.4 0.1 0.1 2 0.2 0.2 1\n',
    };
    const pose = await readSet('yolo-seg', { files: posed });
    expect({ come: pose.come, told: pose.told }).toEqual({
      come: ['a.png cup 192 4,3,16,12'],
      told: [boxes, 'Keypoints: not imported'],
    });
  });
});

describe('Pascal VOC without label pictures', () => {
  const object = (inside: string, database = 'Unknown'): string =>
    `<annotation><folder>x</folder><filename>a.png</filename><source><database>${database}</database></source><size><width>40</width><height>30</height><depth>3</depth></size><object><name>cup</name>${inside}</object></annotation>`;
  const bndbox = (left: number, top: number, right: number, bottom: number): string =>
    `<bndbox><xmin>${left}</xmin><ymin>${top}</ymin><xmax>${right}</xmax><ymax>${bottom}</ymax></bndbox>`;

  test.each([
    ['Datumaro, CVAT and LabelImg: edges', 'Unknown', bndbox(4, 3, 20, 15)],
    ['the challenge: pixels from 1, the last one included', 'The VOC2012 Database', bndbox(5, 4, 20, 15)],
    ['supervision and Roboflow: edges from 1', 'roboflow.ai', bndbox(5, 4, 21, 16)],
  ])('boxes are read as their writer counts: %s', async (_writer, database, text) => {
    const files = { 'Annotations/a.xml': object(text, database) };
    const { come, told } = await readSet('voc', { files });
    expect({ come, told }).toEqual({ come: ['a.png cup 192 4,3,16,12'], told: [boxes] });
  });

  test('what is said beside a box is an attribute', async () => {
    const more =
      '<pose>Left</pose><truncated>1</truncated><difficult>0</difficult><occluded>1</occluded><attributes><attribute><name>colour</name><value>red</value></attribute></attributes>';
    const files = {
      'Annotations/a.xml': object(more + bndbox(4, 3, 20, 15)),
      'Annotations/broken.xml': '<annotation>',
    };
    const { known, told } = await readSet('voc', { files });
    expect({ known, told }).toEqual({
      known: ['a.png cup 192 4,3,16,12 - {"truncated":true,"occluded":true,"pose":"Left","colour":"red"}'],
      told: [boxes, 'Files left out: they are no XML'],
    });
  });

  test("boxes belong to the part that ImageSets names, and an object's parts are told of", async () => {
    const part = '<part><name>handle</name><bndbox><xmin>1</xmin></bndbox></part>';
    const read = await readSet('voc', {
      files: {
        'VOC/Annotations/a.xml': object(part + bndbox(4, 3, 20, 15)),
        'VOC/ImageSets/Main/val.txt': 'a\n',
        'VOC/ImageSets/Main/cup_train.txt': 'a 1\n',
      },
    });
    expect([read.images.map(({ split }) => split), read.told]).toEqual([
      ['val'],
      [boxes, 'Parts of objects: not imported'],
    ]);
  });

  test('polygons as supervision writes them', async () => {
    const corner = (at: number, x: number, y: number): string => `<x${at}>${x}</x${at}><y${at}>${y}</y${at}>`;
    const polygon = corner(1, 5, 4) + corner(2, 21, 4) + corner(3, 21, 16) + corner(4, 5, 16);
    const files = {
      'a.xml': object(`<bndbox><xmin>5</xmin></bndbox><polygon>${polygon}</polygon>`, 'roboflow.ai'),
      'b.xml': object('<bndbox><xmin>five</xmin></bndbox>'),
    };
    const { come, told } = await readSet('voc', { files });
    expect({ come, told }).toEqual({
      come: ['a.png cup 192 4,3,16,12'],
      told: [boxes, 'Targets left out: they cannot be read'],
    });
  });
});

test('a CVAT polygon without points is told as one', async () => {
  const files = (points: string): Record<string, string> => ({
    'a.xml': `<annotations><version>1.1</version><image id="0" name="a.png" width="40" height="30"><polygon label="cup" points="${points}"/></image></annotations>`,
  });
  const exampleOf = async (points: string) => {
    const { examples } = await readSet('cvat', { files: files(points) });
    return examples;
  };
  expect(await exampleOf('')).toEqual([
    'polygon 0 of a.png: A polygon needs at least 3 points; this one has 0.',
  ]);
  expect(await exampleOf('1,1;2;3,3')).toEqual(['polygon 0 of a.png: A point is no pair of numbers.']);
  expect(await exampleOf('1,1;2,1;')).toEqual([
    'polygon 0 of a.png: A polygon needs at least 3 points; this one has 2.',
  ]);
});

test('pictures of one name in two tasks of a CVAT project are told apart by their subsets', async () => {
  const image = (subset: string, points: string): string =>
    `<image id="0" name="a.png" subset="${subset}" task_id="1" width="40" height="30"><polygon label="cup" points="${points}"/></image>`;
  const files = {
    'annotations.xml': `<annotations><version>1.1</version>${image('Train', '4,3;20,3;20,15;4,15')}${image('Validation', '0,0;5,0;5,5;0,5')}</annotations>`,
  };
  const images = ['images/Train/a.png', 'images/Validation/a.png'];
  const { come, told } = await readSet('cvat', { files, images });
  expect([come, told]).toEqual([
    ['images/Train/a.png cup 192 4,3,16,12', 'images/Validation/a.png cup 25 0,0,5,5'],
    [],
  ]);
});

test('what CVAT and Datumaro put on top lies on top here', async () => {
  const corners = '4,3;20,3;20,15;4,15';
  const shapes = `<polygon label="top" z_order="2" points="${corners}"/><polygon label="beneath" z_order="-1" points="${corners}"/><polygon label="between" points="${corners}"/>`;
  const cvat = `<annotations><image id="0" name="a.png" width="40" height="30">${shapes}</image></annotations>`;
  const labels = ['top', 'beneath', 'between'].map((name) => ({ name }));
  const annotations = [2, -1, 0].map((height, at) => ({
    ...{ type: 'bbox', bbox: [4, 3, 16, 12], label_id: at, z_order: height },
  }));
  const datumaro = { categories: { label: { labels } }, items: [{ id: 'a', annotations }] };
  const contents = aProject({ images: [anImage(1, { ...setSize, name: 'a.png' })], categories: [] });
  for (const [id, source] of [
    ['cvat', { ...bytesOf(cvat), name: 'a.xml' }],
    ['datumaro', bytesOf(datumaro)],
  ] as const) {
    const { diff } = await outcomeOf(formatNamed(id).read!(anImport(contents, source)));
    const ordered = diff.added
      .flatMap((each) => (each.kind === 'annotation' ? [each] : []))
      .toSorted((a, b) => a.order - b.order);
    expect(ordered.map(({ name }) => name)).toEqual(['beneath', 'between', 'top']);
  }
});

describe('COCO', () => {
  const file = (name = 'a.png', more: object = {}): string =>
    JSON.stringify({
      images: [{ id: 1, file_name: name, width: 40, height: 30 }],
      categories: [{ id: 1, name: 'cup' }],
      annotations: [{ id: 1, image_id: 1, category_id: 1, segmentation: rleOf(box) }],
      ...more,
    });
  const captions = JSON.stringify({ images: [], annotations: [{ id: 1, image_id: 1, caption: 'A cup' }] });

  test('in a folder or an archive the files with masks are meant, each for its part of the data set', async () => {
    const files = {
      'annotations/captions_train2017.json': captions,
      'annotations/instances_train2017.json': file(),
      'annotations/instances_val2017.json': file('b.png'),
    };
    const { come, told, images } = await readSet('coco', { files, images: ['a.png', 'b.png'] });
    expect({ come, told, parts: images.map(({ name, split }) => `${name} ${split}`) }).toEqual({
      come: ['a.png cup 192 4,3,16,12', 'b.png cup 192 4,3,16,12'],
      told: [],
      parts: ['a.png train', 'b.png val'],
    });
    const parts: Uint8Array[] = [];
    async function* members(): AsyncGenerator<{ name: string; data: Uint8Array }> {
      for (const [name, text] of Object.entries(files)) yield { name, data: Buffer.from(text) };
    }
    for await (const part of zipOf(members())) parts.push(part);
    const zipped = {
      files: { 'set.zip': Buffer.concat(parts) },
      images: ['a.png', 'b.png'],
      path: 'set.zip',
    };
    expect((await readSet('coco', zipped)).come).toEqual(come);
  });

  test('which of several files is meant is asked, by their names', async () => {
    const files = { 'one.json': file(), 'two.json': file() };
    await expect(readSet('coco', { files })).rejects.toMatchObject({
      code: 'bad-file',
      message: 'There are 2 JSON files in what was given: one.json, two.json. Import the one that is meant.',
    });
    await expect(readSet('coco', { files: { 'a.txt': 'x' } })).rejects.toThrow('There is no JSON file');
    expect((await readSet('coco', { files: { 'sub/one.json': file() } })).come).toHaveLength(1);
  });

  test.each([
    ['packed', (text: string) => gzipSync(text)],
    ['in UTF-16', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['in UTF-16 without a mark', (text: string) => Buffer.from(text, 'utf16le')],
  ])('a file that is %s, from the disk and from a browser', async (_how, written) => {
    const data = written(file());
    expect((await readSet('coco', { files: { 'a.json': data }, path: 'a.json' })).come).toHaveLength(1);
    const contents = aProject({ images: [anImage(1, { ...setSize, name: 'a.png' })], categories: [] });
    const source = { ...bytesOf(''), data };
    const { annotations } = await outcomeOf(formatNamed('coco').read!(anImport(contents, source)));
    expect(annotations).toBe(1);
  });

  test('a packed file that is cut off is told', async () => {
    const data = gzipSync(file()).subarray(0, 60);
    await expect(readSet('coco', { files: { 'a.json': data }, path: 'a.json' })).rejects.toMatchObject({
      code: 'bad-file',
    });
  });

  test('sizes that nobody measured say nothing, and a class may be called by a number', async () => {
    const more = {
      images: [{ id: 1, file_name: 'a.png', width: 0, height: 0 }],
      categories: [{ id: 1, name: 7 }],
    };
    const { come, told } = await readSet('coco', { files: { 'a.json': file('a.png', more) } });
    expect({ come, told }).toEqual({ come: ['a.png 7 192 4,3,16,12'], told: [] });
  });

  test('what is said of an image is said once, however many targets it has', async () => {
    const annotations = [box, boxRuns([1, 1, 2, 2], setSize)].map((mask, at) => ({
      ...{ id: at + 1, image_id: 1, category_id: 1, segmentation: rleOf(mask) },
    }));
    const contents = aProject({ images: [anImage(1, { ...setSize, name: 'a.png' })], categories: [] });
    const source = bytesOf(file('/abs/a.png', { annotations }));
    const { losses } = await outcomeOf(formatNamed('coco').read!(anImport(contents, source)));
    expect(losses.find(({ what }) => what.startsWith('Folders of'))?.count).toBe(1);
  });
});
