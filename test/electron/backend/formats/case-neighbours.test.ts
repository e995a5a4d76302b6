import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createBackend } from '../../../../electron/backend/create-backend.ts';
import type { Host } from '../../../../electron/backend/host.ts';
import { aPng } from '../../../helpers/pictures-on-disk.ts';
import { runPixellm } from '../../../helpers/run-pixellm.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

/** What test/electron/backend/formats/cases.test.ts holds for COCO, asked of the other formats: the rule is one, the readers are many. */
interface Outcome {
  /** Image, class and area of each mask that came in. */
  readonly masks: readonly string[];
  readonly losses: readonly string[];
}

const size = { width: 40, height: 30 };
/** 9 pixels square, from a column. */
const corners = (left: number): [number, number][] => [
  [left, 2],
  [left + 9, 2],
  [left + 9, 11],
  [left, 11],
];

/** A project of these pictures, and what an import of these files brings into it. */
async function importOf(
  pictures: readonly string[],
  files: Readonly<Record<string, unknown>>,
  { from, format }: { readonly from: string; readonly format: string },
): Promise<Outcome> {
  const folder = await temporaryFolder();
  const put = async (name: string, data: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), data);
  };
  for (const [index, name] of pictures.entries()) await put(name, aPng(size, index));
  for (const [name, data] of Object.entries(files))
    await put(name, typeof data === 'string' ? data : JSON.stringify(data));
  const run = async (...words: string[]): Promise<string> => {
    const backend = (host: Host) => createBackend(host);
    return (await runPixellm([...words, '--json'], { folder, backend })).out;
  };
  await run('project', 'create', 'p', '--in', '.');
  await run('project', 'add', 'p', ...pictures);
  const imported = JSON.parse(await run('import', 'p', from, '--format', format)) as {
    losses: { what: string; examples: string[] }[];
  };
  await run('export', 'p', '--out', 'out.json');
  const { images, categories, annotations } = JSON.parse(
    await readFile(join(folder, 'out.json'), 'utf8'),
  ) as {
    images: { id: number; file_name: string }[];
    categories: { id: number; name: string }[];
    annotations: { image_id: number; category_id: number; area: number }[];
  };
  const imageOf = new Map(images.map(({ id, file_name: name }) => [id, name]));
  const classOf = new Map(categories.map(({ id, name }) => [id, name]));
  return {
    masks: annotations.map(
      ({ image_id: image, category_id: category, area }) =>
        `${imageOf.get(image)} ${classOf.get(category)} ${area}`,
    ),
    losses: imported.losses.map(({ what, examples }) => `${what} (${examples.join('; ')})`),
  };
}

const xml = (name: string, label: string, left: number): string =>
  `<image name="${name}" width="40" height="30"><polygon label="${label}" points="${corners(left).map(String).join(';')}"/></image>`;
const labelme = (label: string, left: number): object => ({
  ...{ version: '5.0', flags: {}, imagePath: 'f.png', imageHeight: 30, imageWidth: 40 },
  shapes: [{ label, points: corners(left), shape_type: 'polygon', flags: {} }],
});
const datumaro = (name: string, label: number, left: number): object => ({
  id: name,
  annotations: [{ type: 'polygon', label_id: label, points: corners(left).flat() }],
  image: { path: `${name}.png`, size: [30, 40] },
});
const studio = (id: string, path: string, label: string, left: number): string =>
  `{"id":${id},"data":{"image":"/data/local-files/?d=${path}"},"annotations":[{"result":[${JSON.stringify({
    ...{ type: 'polygonlabels', original_width: 40, original_height: 30, from_name: 'l', to_name: 'i' },
    value: { points: corners(left).map(([x, y]) => [x / 0.4, y / 0.3]), polygonlabels: [label] },
  })}]}]}`;
const muse = (name: string, label: string, left: number): object => {
  const segmentation = [corners(left).flat()];
  const annotation = { category_id: label === 'cat' ? 1 : 2, category_name: label, segmentation };
  return {
    ...{ file_name: name, ...size, ann_list: [annotation], answers: [[annotation]] },
    ...{ questions: ['Where?'], text_answers: ['Here {seg}.'] },
  };
};
const bothOfOneName: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  cvat: {
    'in/a.xml': `<annotations>${xml('x/f.png', 'cat', 2)}${xml('y/f.png', 'dog', 20)}</annotations>`,
  },
  labelme: { 'in/x/f.json': labelme('cat', 2), 'in/y/f.json': labelme('dog', 20) },
  datumaro: {
    'in/annotations/default.json': {
      categories: { label: { labels: [{ name: 'cat' }, { name: 'dog' }] } },
      items: [datumaro('x/f', 0, 2), datumaro('y/f', 1, 20)],
    },
  },
  'label-studio': {
    'in/tasks.json': `[${studio('9007199254740993', 'x/f.png', 'cat', 2)},${studio('9007199254740992', 'y/f.png', 'dog', 20)}]`,
  },
  muse: { 'in/muse.json': [muse('x/f.png', 'cat', 2), muse('y/f.png', 'dog', 20)] },
};

test.each(Object.entries(bothOfOneName))(
  'two images of one name are told apart by their folders: %s',
  async (format, files) => {
    const outcome = await importOf(['x/f.png', 'y/f.png'], files, {
      from: format === 'muse' ? 'in/muse.json' : 'in',
      format,
    });
    expect(outcome).toEqual({ masks: ['x/f.png cat 81', 'y/f.png dog 81'], losses: [] });
  },
);

test.each([
  ['cvat', { 'in.xml': `<annotations>${xml('f.png', 'cat', 2)}</annotations>` }, 'in.xml'],
  ['muse', { 'in.json': [muse('f.png', 'cat', 2)] }, 'in.json'],
])(
  'a name without its folder that two images have, beside both, is left out with a word: %s',
  async (format, files, from) => {
    const { masks, losses } = await importOf(['x/f.png', 'y/f.png'], files, { from, format });
    expect(masks).toEqual([]);
    expect(losses).toEqual([expect.stringMatching(/^Images left out: .*f\.png/u)]);
  },
);

test('ids of 64 bits, quoted in one place, keep every digit in LVIS', async () => {
  const [first, second] = ['9007199254740993', '9007199254740992'];
  const target = (id: number, image: string, category: string, left: number): string =>
    `{"id":${id},"image_id":${image},"category_id":${category},"segmentation":[[${corners(left).join()}]],"bbox":[${left},2,9,9],"area":81}`;
  const { masks } = await importOf(
    ['a.png', 'b.png'],
    {
      'in/lvis.json': `{"images":[{"id":"${first}","coco_url":"http://x/a.png","width":40,"height":30},{"id":${second},"coco_url":"http://x/b.png","width":40,"height":30}],
        "categories":[{"id":${first},"name":"cat","frequency":"r"},{"id":"${second}","name":"dog","frequency":"r"}],
        "annotations":[${target(1, first!, `"${second}"`, 2)},${target(2, `"${second}"`, first!, 20)}]}`,
    },
    { from: 'in', format: 'lvis' },
  );
  expect(masks).toEqual(['a.png dog 81', 'b.png cat 81']);
});

test('a row of YOLO that is none is named as written, and a class beyond the list of names is said', async () => {
  const rest = '0.1 0.5 0.1 0.5 0.5';
  const { masks, losses } = await importOf(
    ['images/a.png'],
    {
      'in/data.yaml': 'names: [cat, dog]\n',
      'in/labels/a.txt': `0 0.1 ${rest}\n1 nan ${rest}\ncat 0.1 ${rest}\n1 0.1 0.1 0.5\n3 0.1 ${rest}\n`,
    },
    { from: 'in', format: 'yolo-seg' },
  );
  expect(masks).toEqual(['a.png cat 96', 'a.png class 3 96']);
  expect(losses).toEqual([
    'Targets left out: they cannot be read (row 2 of labels/a.txt: Number 1 after the class is written "nan".; ' +
      'row 3 of labels/a.txt: It begins with "cat", which is no class.; ' +
      'row 4 of labels/a.txt: It has 3 numbers after the class: neither a box (4) nor a polygon (6, 8, ...).)',
    'Classes that the list of names does not have: called by their number (row 5 of labels/a.txt, class 3)',
  ]);
});
