import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { cocoResults } from '../../../../../electron/backend/formats/coco/coco-results.ts';
import { writeFiles } from '../../../../../electron/backend/formats/pictures/picture-export.ts';
import { recogniseFormat } from '../../../../../electron/backend/formats/recognise-format.ts';
import type { AnnotationRecord, CategoryRecord } from '../../../../../electron/common/document/records.ts';
import { boxRuns } from '../../../../../electron/common/mask-region.ts';
import { rleOf } from '../../../../../electron/common/rle.ts';
import { lenientGuard } from '../../../../helpers/a-write-guard.ts';
import { anImage, anImport, aProject, outcomeOf } from '../../../../helpers/project-contents.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const size = { width: 12, height: 10 };
const box = boxRuns([2, 3, 4, 5], size);
const images = [1, 2].map((number) => anImage(number, { ...size, name: `photo-${number}.jpg` }));
const contents = aProject({ images, annotations: [], categories: [] });

const detection = (fields: object = {}): object => ({
  ...{ image_id: 42, category_id: 7, segmentation: rleOf(box), bbox: [2, 3, 4, 5], score: 0.75 },
  ...fields,
});
/** The file of another program: ids of its own, one image more than the project has. */
const instances = {
  images: [
    { id: 42, file_name: 'photo-2.jpg', ...size },
    { id: 43, file_name: 'photo-1.jpg', ...size },
    { id: 44, file_name: 'elsewhere.jpg', ...size },
  ],
  categories: [{ id: 7, name: 'cup', supercategory: '' }],
  annotations: [],
};
const onePerson = { ...instances, annotations: [{ id: 1, image_id: 42, category_id: 7 }] };

/** Files in a folder of their own; texts as they stand. */
async function aFolder(files: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, value] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    const isAsItIs = typeof value === 'string' || value instanceof Uint8Array;
    await writeFile(join(folder, name), isAsItIs ? value : JSON.stringify(value));
  }
  return folder;
}

async function imported(path: string, more: object = {}) {
  const source = { kind: 'path' as const, path };
  const { diff, losses } = await outcomeOf(cocoResults.read!(anImport(contents, source, more)));
  const added = [...diff.added];
  const classes = new Map(
    added.flatMap((each) => (each.kind === 'category' ? [[each.id, each.name] as const] : [])),
  );
  return {
    targets: added
      .filter((each): each is AnnotationRecord => each.kind === 'annotation')
      .map(({ imageId, categoryId, score, review, source: by, mask }) => [
        ...[imageId, classes.get(categoryId as CategoryRecord['id']), score, review, by, mask.counts],
      ]),
    told: losses.map(({ what, count, examples }) => `${count} ${what}: ${examples.join('; ')}`),
  };
}

const expected = [['image-2', 'cup', 0.75, 'proposed', 'model', rleOf(box).counts]];
const fromFile = (name: string): string =>
  `1 Images and classes are those of another file, into which the results point: ${name}`;

test('detections come in as targets to review, with images and classes of the file beside them', async () => {
  const folder = await aFolder({ 'a.json': onePerson, 'results.json': [detection()], 'notes.json': '{"x":' });
  const path = join(folder, 'results.json');
  expect(await imported(path)).toEqual({ targets: expected, told: [fromFile('a.json')] });
  expect(await recogniseFormat({ kind: 'path', path }, new AbortController().signal)).toBe('coco-results');
  const source = { kind: 'path' as const, path };
  expect(await cocoResults.inspect!(anImport(contents, source))).toEqual({
    ...{ images: 1, matchedImages: 1, annotations: 1, categories: ['cup'] },
  });
});

test.each<[string, Record<string, unknown>, string, object]>([
  [
    'in the folder of annotations',
    { 'r.json': [detection()], 'annotations/i.json': onePerson },
    'r.json',
    {},
  ],
  [
    'both packed',
    {
      'r.json.gz': gzipSync(JSON.stringify([detection()])),
      'i.json.gz': gzipSync(JSON.stringify(onePerson)),
    },
    'r.json.gz',
    {},
  ],
  ['a folder with both', { 'r.json': [detection()], 'i.json': onePerson }, '', {}],
])('the file is found %s', async (_where, files, name, more) => {
  const folder = await aFolder(files);
  expect((await imported(join(folder, name), more)).targets).toEqual(expected);
});

test('the file is found in a folder of images that was given, and in an archive', async () => {
  const folder = await aFolder({ 'there/i.json': onePerson, 'here/r.json': [detection()] });
  const there = { lookIn: [join(folder, 'there')] };
  expect((await imported(join(folder, 'here', 'r.json'), there)).targets).toEqual(expected);
  async function* files() {
    yield { name: 'r.json', data: JSON.stringify([detection()]) };
    yield { name: 'i.json', data: JSON.stringify(onePerson) };
  }
  const path = join(folder, 'both.zip');
  await writeFiles(path, files(), { guard: lenientGuard, signal: new AbortController().signal });
  expect((await imported(path)).targets).toEqual(expected);
});

test.each<[string, Record<string, unknown>, RegExp]>([
  ['no file beside them', { 'r.json': [detection()] }, /Put that COCO file .* beside them/u],
  [
    'a file without their images',
    { 'r.json': [detection({ image_id: 99 })], 'i.json': onePerson },
    /none that has all of their images is there/u,
  ],
  [
    'two files that have them',
    { 'r.json': [detection()], 'i.json': onePerson, 'j.json': onePerson },
    /several files have images of their numbers: i\.json, j\.json/u,
  ],
  ['an empty list', { 'r.json': [], 'i.json': onePerson }, /no entry of r\.json names an image/u],
  ['a list of other things', { 'r.json': [1, null, {}], 'i.json': onePerson }, /names an image/u],
  ['an object', { 'r.json': onePerson, 'i.json': onePerson }, /are a list of detections/u],
  ['no JSON', { 'r.json': 'hello' }, /JSON/u],
])('%s is told in a sentence, and nothing comes in', async (_what, files, words) => {
  const folder = await aFolder(files);
  await expect(imported(join(folder, 'r.json'))).rejects.toMatchObject({
    code: 'bad-file',
    message: expect.stringMatching(words) as string,
  });
});

test('each detection that cannot be read is told, the others come in', async () => {
  const folder = await aFolder({
    'i.json': onePerson,
    'r.json': [
      ...[detection(), detection(), detection({ image_id: 44 }), detection({ category_id: 8 })],
      ...[detection({ score: 12, segmentation: [[1, 1, 6, 1, 6, 6, 1, 6]] }), 'nothing'],
      detection({ segmentation: { size: [99, 99], counts: 'x' } }),
      { image_id: 43, category_id: 7, bbox: [1, 1, 4, 4], score: 0.5 },
    ],
  });
  const { targets, told } = await imported(join(folder, 'r.json'));
  expect(targets.map(([image, name, score]) => [image, name, score])).toEqual([
    ['image-2', 'cup', 0.75],
    ['image-2', undefined, 0.75],
    ['image-2', 'cup', null],
  ]);
  expect(told.map((each) => each.replace(/: .*/u, ''))).toEqual(
    expect.arrayContaining([
      '1 Targets left out',
      '1 Scores left out',
      '1 Targets imported without a category',
      '1 Targets left out, though they have a box (an option of the import takes it as a rectangle)',
    ]),
  );
  const filled = await imported(join(folder, 'r.json'), { options: { boxes: 'fill' } });
  expect(filled.targets.at(-1)).toEqual([
    ...['image-1', 'cup', 0.5, 'proposed', 'model', rleOf(boxRuns([1, 1, 4, 4], size)).counts],
  ]);
});
