import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { indexedPng, vocColour } from '../../../../electron/backend/formats/indexed-png.ts';
import { readIndexedPng } from '../../../../electron/backend/formats/read-indexed-png.ts';
import { formatNamed } from '../../../../electron/backend/formats/registry.ts';
import { boxRuns } from '../../../../electron/common/mask-region.ts';
import { rleOf } from '../../../../electron/common/rle.ts';
import { anImage, anImport, aProject, bytesOf, outcomeOf } from '../../../helpers/project-contents.ts';
import { aFilteredPng } from '../../../helpers/filtered-png.ts';
import { readSet, setSize } from '../../../helpers/read-set.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

/** What is wrong with the files of a set, not with what they say: damage, pointers, packing, links. */
const box = boxRuns([4, 3, 16, 12], setSize);
const boxes = 'Boxes: imported as filled rectangles';

describe('files of a set that are not what they should be', () => {
  const item = {
    id: 'a',
    annotations: [{ type: 'bbox', bbox: [4, 3, 16, 12], label_id: 0 }],
    image: { path: 'a.png' },
  };
  const datumaro = JSON.stringify({ categories: { label: { labels: [{ name: 'cup' }] } }, items: [item] });
  const cvat =
    '<annotations><image id="0" name="a.png" width="40" height="30"><polygon label="cup" points="4,3;20,3;20,15;4,15"/></image></annotations>';
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';

  test.each([
    [
      'datumaro',
      { 'a/broken.json': '{"items": [', 'annotations/train.json': datumaro },
      'Files left out: they are no JSON',
    ],
    ['datumaro', { 'annotations/train.json': datumaro, 'b.json': '' }, 'Files left out: they are no JSON'],
    ['cvat', { 'a.xml': '<annotations', 'b.xml': cvat }, 'Files left out: they are no XML'],
  ] as const)('%s: of many one may be damaged', async (id, files, what) => {
    const { come, told } = await readSet(id, { files });
    expect([come, told.filter((each) => each !== boxes)]).toEqual([['a.png cup 192 4,3,16,12'], [what]]);
  });

  test.each([
    ['datumaro', 'a.json', '{"items": ['],
    ['cvat', 'a.xml', '<annotations'],
    ['lvis', 'a.json', ''],
  ])('%s: the only one may not', async (id, name, text) => {
    await expect(readSet(id, { files: { [name]: text } })).rejects.toMatchObject({ code: 'bad-file' });
  });

  test.each([
    ['coco', { 'a.json': pointer }, 'a.json'],
    ['datumaro', { 'annotations/a.json': pointer }, undefined],
    ['yolo-seg', { 'data.yaml': 'names: [cup]', 'labels/a.txt': pointer }, undefined],
    ['cvat', { 'a.xml': pointer }, undefined],
  ] as const)('%s: pointers of Git LFS are told as that', async (id, files, path) => {
    await expect(readSet(id, { files, path })).rejects.toThrow('a pointer of Git LFS to it');
  });

  test('lines end as old Macs end them', async () => {
    const files = {
      'data.yaml': 'nc: 1\rnames:\r  0: cup\r',
      'labels/a.txt': '0 0.3 0.3 0.4 0.4\r0 0.1 0.1 0.2 0.2\r',
    };
    expect((await readSet('yolo-seg', { files })).come).toEqual([
      'a.png cup 192 4,3,16,12',
      'a.png cup 48 0,0,8,6',
    ]);
  });
});

test.each([
  ['packed', (text: string) => gzipSync(text)],
  ['in UTF-16', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
])('files of questions may be %s as well', async (_how, written) => {
  const target = {
    category_id: 1,
    category_name: 'cup',
    rephrased_name: 'cup',
    bbox: [4, 3, 16, 12],
    segmentation: rleOf(box),
  };
  const muse = [
    {
      ...{ file_name: 'a.png', width: 40, height: 30, ann_list: [target] },
      ...{ questions: ['Where?'], text_answers: ['The cup {seg}.'], answers: [[target]] },
    },
  ];
  const grandF = [
    {
      file_name: 'a.png',
      caption: 'A cup',
      groundings: { cup: { token_positives: [2, 5], rle_masks: [rleOf(box)] } },
    },
  ];
  for (const [id, value] of [
    ['muse', muse],
    ['grand-f', grandF],
  ] as const)
    expect(
      (await readSet(id, { files: { 'set/a.json': written(JSON.stringify(value)) } })).come.map((each) =>
        each.split(' ').slice(2).join(' '),
      ),
    ).toEqual(['192 4,3,16,12']);
});

describe('what is no record is told, and the rest comes in', () => {
  const rle = rleOf(box);
  const lvis = (more: object): object => ({
    images: [{ id: 1, file_name: 'a.png' }],
    categories: [{ id: 1, name: 'cup' }],
    annotations: [{ id: 1, image_id: 1, category_id: 1, segmentation: rle }],
    ...more,
  });
  const target = { id: 1, image_id: 1, category_id: 1, segmentation: rle };
  const points = [
    [10, 10],
    [50, 10],
    [50, 50],
    [10, 50],
  ];
  const region = { id: 'r', type: 'polygonlabels', value: { points, polygonlabels: ['cup'] } };
  const task = (annotations: unknown): object => ({ id: 1, data: { image: 'a.png' }, annotations });
  const good = task([{ result: [region] }]);

  test.each<[string, unknown, string]>([
    ['lvis', lvis({ annotations: [target, 7] }), 'Targets left out: they are no records'],
    [
      'lvis',
      lvis({ annotations: [target, { ...target, image_id: 9 }] }),
      'Targets left out: their image is not in the file',
    ],
    ['lvis', lvis({ images: [{ id: 1, file_name: 'a.png' }, null] }), 'Images left out: they are no records'],
    [
      'lvis',
      lvis({
        images: [
          { id: 1, file_name: 'a.png' },
          { id: 1, file_name: 'b.png' },
        ],
      }),
      'Images left out: their id is used twice',
    ],
    ['label-studio', [good, 7], 'Tasks left out: they are none'],
    ['label-studio', [good, task(7)], 'Annotations left out: they are no list'],
    ['label-studio', [good, task([7])], 'Annotations left out: they are no records'],
    ['label-studio', [good, task([{ id: 1 }])], 'Annotations left out: they have no result'],
    ['label-studio', [good, task([{ result: [7] }])], 'Targets left out: they are no records'],
    [
      'label-studio',
      [{ id: 1, image: 'a.png', tag: [{ ...region.value }, 7] }],
      'Targets left out: they are no records',
    ],
    [
      'datumaro',
      {
        categories: { label: { labels: [{ name: 'cup' }] } },
        items: [
          { id: 'a', annotations: [{ type: 'mask', rle, label_id: 0 }] },
          { id: 'a', annotations: 7 },
        ],
      },
      'Annotations of an image left out: they are no list',
    ],
  ])('%s: %j', async (id, value, what) => {
    const { come, told } = await readSet(id, { files: { 'a.json': JSON.stringify(value) } });
    expect([come, told]).toEqual([['a.png cup 192 4,3,16,12'], [what]]);
  });
});

test('records of questions that are none are told, and the rest comes in', async () => {
  const target = {
    category_id: 1,
    category_name: 'cup',
    rephrased_name: 'cup',
    bbox: [4, 3, 16, 12],
    segmentation: rleOf(box),
  };
  const muse = {
    ...{ file_name: 'a.png', width: 40, height: 30, ann_list: 7 },
    ...{ questions: ['Where?'], text_answers: ['The cup {seg}.'], answers: [[target]] },
  };
  const said = [
    { from: 'human', value: '<image> Where?' },
    { from: 'gpt', value: 'It is a cup [SEG].' },
  ];
  const talk = {
    image: 'a.png',
    conversations: said,
    masks: [{ label: 'cup', category: 'cup', segmentation: rleOf(box) }],
  };
  const reason = {
    text: ['Where?'],
    is_sentence: false,
    shapes: [
      {
        label: 'target',
        points: [
          [4, 3],
          [19, 3],
          [19, 14],
          [4, 14],
        ],
      },
    ],
  };
  const told = async (id: string, files: Record<string, unknown>): Promise<readonly [number, string[]]> => {
    const texts = Object.entries(files).map(([name, value]) => [name, JSON.stringify(value)] as const);
    const found = await readSet(id, { files: Object.fromEntries(texts) });
    return [found.come.length, found.told];
  };
  expect(await told('muse', { 'a.json': [muse] })).toEqual([1, ['Instances left out: they are no list']]);
  expect(await told('sharegpt', { 'a.json': [talk, 7, { image: 'a.png' }] })).toEqual([
    1,
    ['Records left out: they have no list of conversations'],
  ]);
  expect(await told('reason-seg', { 'a.json': reason, 'b.json': [] })).toEqual([
    1,
    ['Files passed over: they are no ReasonSeg files'],
  ]);
});

describe('label pictures are read by what their numbers mean', () => {
  const pixels = new Uint8Array(setSize.width * setSize.height);
  for (let y = 3; y < 15; y++) pixels.fill(2, y * setSize.width + 4, y * setSize.width + 20);
  const palettes = {
    "VOC's": Array.from({ length: 256 }, (_, at) => vocColour(at)),
    "somebody's own": Array.from(
      { length: 256 },
      (_, at) => [at * 7, 255 - at, 40].map((each) => each & 255) as [number, number, number],
    ),
    'one colour for all': Array.from({ length: 256 }, () => [0, 0, 0] as const),
    none: null,
  };

  test.each(Object.entries(palettes))('with the palette %s', async (_whose, palette) => {
    const picture = indexedPng(pixels, setSize, palette);
    const names = { 'labelmap.txt': 'background:::\ncup:::\nplate:::\n' };
    const voc = await readSet('voc', { files: { ...names, 'SegmentationClass/a.png': picture } });
    const semantic = await readSet('semantic-png', {
      files: { 'classes.txt': 'background\ncup\nplate\n', 'masks/a.png': picture },
    });
    expect([voc.come, semantic.come]).toEqual([['a.png plate 192 4,3,16,12'], ['a.png plate 192 4,3,16,12']]);
  });

  test.each([1, 2, 4, 8] as const)('with numbers of %s bits, filtered as any program may', async (depth) => {
    const [width, height] = [13, 9];
    const most = (1 << depth) - 1;
    const numbers = Uint8Array.from({ length: width * height }, (_, at) => (at * 37 + (at >> 3)) & most);
    for (const filter of [0, 1, 2, 3, 4]) {
      const found = await readIndexedPng(aFilteredPng(numbers, { width, height, depth, filter }));
      expect(found && [found.width, found.height, [...found.numbers], found.palette.length]).toEqual([
        ...[width, height, [...numbers], 1 << depth],
      ]);
    }
    const whole = aFilteredPng(numbers, { width, height, depth, filter: 0 });
    // Whatever is cut off is told by whoever decodes it for its colours.
    for (const length of [0, 8, 20, 33, whole.length - 30])
      expect(await readIndexedPng(whole.subarray(0, length))).toBeNull();
  });
});

test('a packed file that grows past all bounds is told, and others are answered while it is unpacked', async () => {
  const piece = gzipSync(Buffer.alloc(64 << 20), { level: 1 });
  const data = Buffer.concat(Array.from({ length: 9 }, () => piece));
  const contents = aProject({ images: [anImage(1)], categories: [] });
  const read = outcomeOf(formatNamed('coco').read!(anImport(contents, { ...bytesOf(''), data })));
  let turns = 0;
  const clock = setInterval(() => turns++, 1);
  await expect(read).rejects.toMatchObject({ code: 'too-large' });
  clearInterval(clock);
  expect(turns).toBeGreaterThan(10);
});

test('a COCO file that is a link out of its folder is refused by name', async () => {
  const [folder, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
  await writeFile(join(elsewhere, 'secret.json'), '{}');
  await symlink(join(elsewhere, 'secret.json'), join(folder, 'annotations.json'));
  const contents = aProject({ images: [anImage(1)], categories: [] });
  const read = outcomeOf(formatNamed('coco').read!(anImport(contents, { kind: 'path', path: folder })));
  await expect(read).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('is a link that leads out of the folder') as string,
  });
});

test('links inside a data set are followed, and one that leads out of it is refused by name', async () => {
  const folder = await temporaryFolder();
  const elsewhere = await temporaryFolder();
  await mkdir(join(folder, 'store'));
  await mkdir(join(folder, 'labels'));
  await writeFile(join(folder, 'data.yaml'), 'names: [cup]\n');
  await writeFile(join(folder, 'store', 'x.txt'), '0 0.1 0.1 0.5 0.1 0.5 0.5 0.1 0.5\n');
  await symlink(join('..', 'store', 'x.txt'), join(folder, 'labels', 'a.txt'));
  // A folder that holds itself ends.
  await symlink('..', join(folder, 'labels', 'up'));
  const contents = aProject({ images: [anImage(1, { ...setSize, name: 'a.png' })], categories: [] });
  const read = (path: string): Promise<{ annotations: number }> =>
    outcomeOf(formatNamed('yolo-seg').read!(anImport(contents, { kind: 'path', path })));
  expect((await read(folder)).annotations).toBe(1);
  // A file that a person points at may be a link to anywhere.
  await writeFile(join(elsewhere, 'a.txt'), await readFile(join(folder, 'store', 'x.txt')));
  await symlink(join(elsewhere, 'a.txt'), join(folder, 'a.txt'));
  expect((await read(join(folder, 'a.txt'))).annotations).toBe(1);
  await expect(read(folder)).rejects.toMatchObject({
    code: 'bad-input',
    message: `${join(folder, 'a.txt')} is a link that leads out of the folder. Put the file itself there.`,
  });
});
