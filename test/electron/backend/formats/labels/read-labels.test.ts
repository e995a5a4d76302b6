import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLabels } from '../../../../../electron/backend/formats/labels/read-labels.ts';
import { labelFileText } from '../../../../../electron/common/document/label-file.ts';
import { anApp } from '../../../../helpers/an-app.ts';
import { aCategory, aCategoryId } from '../../../../helpers/records.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const { signal } = new AbortController();
const read = (name: string, text: string | Uint8Array) =>
  readLabels(
    { kind: 'bytes', name, data: typeof text === 'string' ? new TextEncoder().encode(text) : text },
    signal,
  );
const namesIn = async (name: string, text: string) =>
  (await read(name, text)).labels.map((label) => label.name);

test.each<[string, string, string, readonly string[]]>([
  [
    'text',
    'classes.txt',
    '# ours\ncup\r\n\r\n  fire hydrant \nكوب\n🍵',
    ['cup', 'fire hydrant', 'كوب', '🍵'],
  ],
  ['text with a byte order mark', 'classes.txt', '\uFEFFcup\nplate', ['cup', 'plate']],
  ['numbered text', 'obj.names', '0: cup\n1: 2 plates', ['cup', '2 plates']],
  ['names that begin with numbers', 'a.txt', '2 cups\n3 plates', ['2 cups', '3 plates']],
  ['a YOLO list', 'data.yaml', 'path: .\nnc: 2\nnames: [cup, "no: 1"]', ['cup', 'no: 1']],
  [
    'a YOLO map, out of order',
    'data.yml',
    'names:\n  1: plate\n  0: cup\n  10: fork\n  2: 7',
    ['cup', 'plate', '7', 'fork'],
  ],
  ['a YAML list alone', 'labels.yaml', '- cup\n- plate', ['cup', 'plate']],
  ['a JSON list of names', 'labels.json', '["cup", "plate"]', ['cup', 'plate']],
  ['JSON that is called text', 'labels.txt', ' ["cup", "plate"]', ['cup', 'plate']],
  ['JSON by numbers', 'classes.json', '{"10": "fork", "2": "plate", "0": "cup"}', ['cup', 'plate', 'fork']],
  ['text of old Macs', 'a.txt', 'cup\rplate\r', ['cup', 'plate']],
  ['names with brackets', 'a.txt', '[red] cup\n{plate}', ['[red] cup', '{plate}']],
  [
    'Datumaro',
    'default.json',
    '{"categories": {"label": {"labels": [{"name": "cup", "parent": ""}]}}, "items": []}',
    ['cup'],
  ],
  [
    'VOC’s labelmap.txt',
    'labelmap.txt',
    '# label:color_rgb:parts:actions\ncup:128,0,0::\nplate:::\n',
    ['cup', 'plate'],
  ],
  [
    'Label Studio’s configuration',
    'config.xml',
    '<View><Image name="i"/><BrushLabels name="l" toName="i"><Label value="cup" background="#FF0000"/><Label value="plate"/></BrushLabels></View>',
    ['cup', 'plate'],
  ],
  [
    'numbers that begin with 1 and have gaps',
    'labels.txt',
    '1: cup\n2: plate\n4: fork',
    ['cup', 'plate', 'fork'],
  ],
  ['numbers before a tab', 'labels.txt', '7\tcup\n9\tplate', ['cup', 'plate']],
  ['names that are alike but for numbers', 'a.txt', '1 cup\n3 cups', ['1 cup', '3 cups']],
  ['a table', 'classes.csv', 'id,name,x\n0,cup,\n1,"plate, deep",2', ['cup', 'plate, deep']],
  ['Roboflow’s table', '_classes.csv', 'Pixel Value, Class\n0, background\n1, cup', ['background', 'cup']],
  ['colours before names', 'label_colors.txt', '64 128 64\tAnimal\n192 0 128\tArch', ['Animal', 'Arch']],
  [
    'TensorFlow’s label map',
    'map.pbtxt',
    "item {\n  id: 1\n  name: 'cup'\n}\nitem {\n  name: 'p'\n  display_name: \"plate\"\n}",
    ['cup', 'plate'],
  ],
  ['names in quotes', 'a.txt', '"cup"\n\'plate\'', ['cup', 'plate']],
  ['one line', 'a.txt', 'cup, plate,fork', ['cup', 'plate', 'fork']],
  ['labelme’s list, without what is no class', 'labels.txt', '__ignore__\n_background_\ncup', ['cup']],
  ['labelme’s settings', 'labelme.yaml', 'labels: [cup, plate]', ['cup', 'plate']],
  ['ISAT’s', 'isat.yaml', 'label:\n- color: "#000000"\n  name: __background__\n- name: cup\n', ['cup']],
  [
    'a model’s configuration',
    'config.json',
    '{"id2label": {"1": "plate", "0": "cup"}, "label2id": {}}',
    ['cup', 'plate'],
  ],
  ['Supervisely’s', 'meta.json', '{"classes": [{"title": "cup", "color": "#ff0000"}], "tags": []}', ['cup']],
  ['a JSON list under “labels”', 'labels.json', '{"labels": [{"label": "cup"}]}', ['cup']],
])('%s is read in its order', async (_what, name, text, names) => {
  expect(await namesIn(name, text)).toEqual(names);
});

test('colours come in whichever way they are written', async () => {
  const coloursIn = async (name: string, text: string) =>
    (await read(name, text)).labels.map(({ colour }) => colour);
  expect(await coloursIn('class_dict.csv', 'name,r,g,b\nArch,192,0,128')).toEqual(['#c00080']);
  expect(await coloursIn('label_colors.txt', '192 0 128 Arch')).toEqual(['#c00080']);
  expect(await coloursIn('c.json', '{"categories": [{"name": "cup", "color": [1, 2, 255]}]}')).toEqual([
    '#0102ff',
  ]);
  expect(await coloursIn('c.json', '{"categories": [{"name": "cup", "color": [1, 2, 256]}]}')).toEqual([
    undefined,
  ]);
});

test('a file that only says where the names are asks for that file', async () => {
  await expect(read('obj.data', 'classes = 2\nnames = data/obj.names\n')).rejects.toMatchObject({
    code: 'bad-file',
    message: 'This file says where the names are, in data/obj.names. Choose that file.',
  });
});

test('COCO and LVIS give names and supercategories, their masks are passed over', async () => {
  const coco = {
    annotations: [{ id: 1, segmentation: { counts: 'x'.repeat(1000), size: [1, 1] } }],
    categories: [
      { id: 2, name: 'cup', supercategory: 'kitchen', synset: 'cup.n.01', frequency: 'f' },
      { id: 1, name: 'person', supercategory: 'person' },
      { id: 3 },
    ],
  };
  expect(await read('instances.json', JSON.stringify(coco))).toEqual({
    labels: [{ name: 'cup', supercategory: 'kitchen' }, { name: 'person' }],
    passedOver: 1,
  });
});

test('labels of XML and of VOC bring their colours, CVAT’s their attributes too', async () => {
  const cvat =
    '<annotations><meta><task><labels><label><name>car</name><color>#FF00AA</color><attributes><attribute><name>doors</name><input_type>select</input_type><values>two\nfour</values><default_value>two</default_value></attribute></attributes></label></labels></task></meta></annotations>';
  expect((await read('annotations.xml', cvat)).labels).toEqual([
    {
      ...{ name: 'car', colour: '#ff00aa' },
      attributes: [{ name: 'doors', type: 'choice', choices: ['two', 'four'], initial: 'two' }],
    },
  ]);
  expect((await read('labelmap.txt', 'cup:128,0,64::')).labels).toEqual([{ name: 'cup', colour: '#800040' }]);
  await expect(read('a.xml', '<annotations><label>')).rejects.toMatchObject({ code: 'bad-file' });
});

test('CVAT’s label constructor gives colours and attributes', async () => {
  const cvat = [
    {
      name: 'car',
      color: '#FF00AA',
      attributes: [
        { name: 'make', input_type: 'select', values: ['a', 'b', 'a'], default_value: 'b' },
        { name: 'parked', input_type: 'checkbox', values: ['false'], default_value: 'false' },
        { name: 'doors', input_type: 'number', values: ['1', '5', '1'], default_value: '4' },
        { name: 'plate', input_type: 'text', values: [''], default_value: '' },
        { name: 'odd', input_type: '__proto__' },
      ],
    },
    { name: 'tree', color: 'green' },
  ];
  expect((await read('labels.json', JSON.stringify(cvat))).labels).toEqual([
    {
      name: 'car',
      colour: '#ff00aa',
      attributes: [
        { name: 'make', type: 'choice', choices: ['a', 'b'], initial: 'b' },
        { name: 'parked', type: 'flag', choices: [], initial: false },
        { name: 'doors', type: 'number', choices: [], initial: 4 },
        { name: 'plate', type: 'text', choices: [], initial: null },
      ],
    },
    { name: 'tree' },
  ]);
});

test.each<[string, string, string | Uint8Array, string]>([
  ['nothing', 'a.txt', '', 'bad-file'],
  ['only comments', 'a.txt', '# cup\n', 'bad-file'],
  ['a picture', 'a.txt', new Uint8Array([137, 80, 0, 0, 13]), 'bad-file'],
  ['YAML without names', 'a.yaml', 'nc: 3', 'bad-file'],
  ['broken YAML', 'a.yaml', 'names: [cup', 'bad-file'],
  ['YAML that refers to itself without end', 'a.yaml', yamlBomb(), 'bad-file'],
  ['broken JSON', 'a.json', '["cup",', 'bad-file'],
  ['JSON of something else', 'a.json', '{"images": [1]}', 'bad-file'],
  ['more classes than a label set has', 'a.txt', 'x\n'.repeat(100_001), 'too-large'],
])('a file of %s is refused in words', async (_what, name, text, code) => {
  await expect(read(name, text)).rejects.toMatchObject({ code, message: expect.stringMatching(/\.$|: /u) });
});

test('five thousand classes reach a window, and a file that is not there is told', async () => {
  const app = await anApp();
  const path = join(await temporaryFolder(), 'classes.txt');
  await writeFile(path, Array.from({ length: 5_000 }, (_, index) => `class ${index}`).join('\n'));
  const { labels } = await app.client.call('labels.read', { source: { kind: 'path', path } });
  expect([labels.length, labels.at(-1)]).toEqual([5_000, { name: 'class 4999' }]);
  await expect(
    app.client.call('labels.read', { source: { kind: 'path', path: `${path}.gone` } }),
  ).rejects.toMatchObject({ code: 'file-not-found' });
});

function yamlBomb(): string {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg'].map((pair) => [...pair])) {
    lines.push(`${to}: &${to} [${Array.from({ length: 9 }, () => `*${from}`).join(', ')}]`);
  }
  return [...lines, 'names: *g'].join('\n');
}

test('the app’s own file of a label set brings all of it back, in order', async () => {
  const attributes = [
    { name: 'colour', type: 'choice', choices: ['red', 'dark blue'], initial: 'red' },
    { name: 'state', type: 'choice', choices: ['new', 'old'], initial: null },
    { name: 'length', type: 'number', choices: [], initial: 2.5 },
    { name: 'weight', type: 'number', choices: [], initial: null },
    { name: 'note', type: 'text', choices: [], initial: 'none' },
    { name: 'remark', type: 'text', choices: [], initial: null },
    { name: 'whole', type: 'flag', choices: [], initial: true },
    { name: 'seen', type: 'flag', choices: [], initial: null },
  ] as const;
  const categories = [
    aCategory({ id: aCategoryId('b'), name: 'كوب', order: 2, colour: '#0072b2', supercategory: 'crockery' }),
    aCategory({ id: aCategoryId('a'), name: '🍵 "tea" <1>', order: 1, colour: '#e69f00', attributes }),
    aCategory({ id: aCategoryId('c'), name: '7', order: 3, colour: '#111111' }),
  ];
  const text = labelFileText({ categories: new Map(categories.map((each) => [each.id, each])) });
  expect(await read('Kitchen-classes.json', text)).toEqual({
    labels: [
      { name: '🍵 "tea" <1>', colour: '#e69f00', attributes },
      { name: 'كوب', colour: '#0072b2', supercategory: 'crockery' },
      { name: '7', colour: '#111111' },
    ],
    passedOver: 0,
  });
});
