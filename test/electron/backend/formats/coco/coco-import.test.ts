import { describe, expect, test } from 'vitest';
import { coco } from '../../../../../electron/backend/formats/coco/coco.ts';
import type { ImportJob } from '../../../../../electron/backend/formats/format.ts';
import type { AnnotationRecord, CategoryRecord } from '../../../../../electron/common/document/records.ts';
import { boxRuns } from '../../../../../electron/common/mask-region.ts';
import { encodeCounts } from '../../../../../electron/common/rle.ts';
import {
  type ContentsAtHand,
  type ImportedAtHand,
  aCategory,
  aProject,
  anAnnotation,
  anImage,
  anImport,
  bytesOf,
  outcomeOf,
} from '../../../../helpers/project-contents.ts';

const size = { width: 12, height: 10 };
const good = { size: [10, 12], counts: [11, 2, 8, 2, 97] };
const image = { id: 7, file_name: 'photo-1.jpg', width: 12, height: 10 };
const category = { id: 3, name: 'cup' };

function annotation(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 1,
    image_id: 7,
    category_id: 3,
    segmentation: good,
    area: 4,
    bbox: [1, 1, 2, 2],
    iscrowd: 0,
    ...fields,
  };
}

function file(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { images: [image], categories: [category], annotations: [annotation()], ...fields };
}

async function imported(
  value: unknown,
  contents = aProject(),
  fields: Partial<ImportJob> = {},
): Promise<ImportedAtHand> {
  // What JSON cannot say about infinity, a hostile file can.
  const text = JSON.stringify(value).replaceAll('"1e999"', '1e999');
  const source = bytesOf(typeof value === 'string' ? value : text);
  return outcomeOf(coco.read!(anImport(contents, source, fields)));
}

function annotationsOf(outcome: ImportedAtHand): AnnotationRecord[] {
  return outcome.diff.added.filter((record) => record.kind === 'annotation');
}

function lossesOf(outcome: ImportedAtHand): string[] {
  return outcome.losses.map(({ what, count, examples }) => `${count} x ${what} (${examples.join('; ')})`);
}

test('a target comes in with its mask, box, area and category', async () => {
  const outcome = await imported(file());
  expect(outcome).toMatchObject({ images: 1, annotations: 1, categories: 0, losses: [] });
  expect(annotationsOf(outcome)).toMatchObject([
    {
      imageId: 'image-1',
      categoryId: 'category-1',
      name: 'cup',
      mask: { size: [10, 12], counts: encodeCounts(Uint32Array.of(11, 2, 8, 2, 97)) },
      bbox: [1, 1, 2, 2],
      area: 4,
      source: 'import',
      review: 'accepted',
    },
  ]);
});

test('the three kinds of mask mean the same pixels, wherever the annotations stand in the file', async () => {
  const kinds = [
    [[1, 1, 3, 1, 3, 3, 1, 3]],
    good,
    { size: [10, 12], counts: encodeCounts(Uint32Array.of(11, 2, 8, 2, 97)) },
    [good],
    [1, 1, 3, 1, 3, 3, 1, 3],
  ];
  const masks = new Set<string>();
  for (const segmentation of kinds) {
    const outcome = await imported({
      annotations: [annotation({ segmentation })],
      categories: [category],
      images: [image],
    });
    masks.add(annotationsOf(outcome)[0]?.mask.counts ?? 'none');
  }
  expect([...masks]).toEqual([encodeCounts(Uint32Array.of(11, 2, 8, 2, 97))]);
});

describe('categories', () => {
  test('new ones are made with a colour of their own, mapped ones go where they are sent', async () => {
    const value = file({
      categories: [category, { id: 4, name: 'Teller 🍽️' }, { id: 5, name: 'junk' }],
      annotations: [
        annotation(),
        annotation({ id: 2, category_id: 4 }),
        annotation({ id: 3, category_id: 5 }),
      ],
    });
    const outcome = await imported(value, aProject(), { categoryMap: { cup: 'mug', junk: null } });
    const made = outcome.diff.added.filter((record): record is CategoryRecord => record.kind === 'category');
    expect(made.map(({ name, order }) => [name, order])).toEqual([
      ['mug', 2],
      ['Teller 🍽️', 3],
    ]);
    expect(new Set(made.map(({ colour }) => colour)).size).toBe(2);
    // Not called as the file calls their class, which nobody would find here.
    expect(annotationsOf(outcome).map(({ name }) => name)).toEqual(['mug', 'Teller 🍽️']);
    expect(annotationsOf(outcome).every(({ autoColour }) => autoColour)).toBe(true);
    expect(lossesOf(outcome)).toEqual([
      '1 x Targets left out: their category was mapped to nothing (annotation 3)',
    ]);
  });

  test('one of 300 characters is kept, one of 3000 fits into the document', async () => {
    const names = ['é'.repeat(300), 'x'.repeat(3000)];
    const value = file({
      categories: names.map((name, index) => ({ id: index, name })),
      annotations: names.map((_, index) => annotation({ id: index + 1, category_id: index })),
    });
    const outcome = await imported(value);
    const made = outcome.diff.added.filter((record) => record.kind === 'category');
    expect(made.map(({ name }) => name.length)).toEqual([300, 1024]);
    expect(outcome.losses).toMatchObject([{ what: 'Names of categories: cut to 1024 characters', count: 1 }]);
  });

  test('a name that is cut is never cut inside an emoji', async () => {
    const name = `x${'🐈'.repeat(600)}`;
    const outcome = await imported(file({ categories: [{ id: 3, name }] }));
    const [made] = outcome.diff.added.filter((record) => record.kind === 'category');
    expect(made?.name).toBe(`x${'🐈'.repeat(511)}`);
    expect(outcome.losses).toHaveLength(1);
  });

  test('names that mean something to JavaScript are names like others', async () => {
    const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty'];
    const outcome = await imported(
      file({
        categories: names.map((name, index) => ({ id: index, name })),
        annotations: names.map((_, index) => annotation({ id: index + 1, category_id: index })),
      }),
    );
    const made = outcome.diff.added.filter((record) => record.kind === 'category');
    expect(made.map(({ name }) => name)).toEqual(names);
    expect(outcome.annotations).toBe(4);
  });

  test('a new one keeps what it is filed under; ids used twice, without a name or odd are said', async () => {
    const outcome = await imported(
      file({
        categories: [
          { id: 3, name: 'mug', supercategory: 'kitchen' },
          { id: 3, name: 'plate' },
          { id: 4, name: '  ' },
          { id: -5, name: 'spoon', supercategory: 7 },
          { id: 1.5, name: 'fork' },
          'nonsense',
        ],
        annotations: [annotation(), annotation({ id: 2, category_id: -5 })],
      }),
    );
    const made = outcome.diff.added.filter((record) => record.kind === 'category');
    expect(made.map(({ name, supercategory }) => [name, supercategory])).toEqual([
      ['spoon', ''],
      ['mug', 'kitchen'],
    ]);
    expect(outcome.losses.map(({ what, count }) => `${count} ${what}`)).toEqual([
      '1 Categories left out: their id is used twice',
      '3 Categories left out: they have no id or no name',
      '1 Supercategories left out: they are no text',
    ]);
  });

  test('a name to map that the file does not have is said, so that a slip of the pen is seen', async () => {
    const outcome = await imported(file(), aProject(), { categoryMap: { cupp: 'mug' } });
    expect(lossesOf(outcome)).toEqual(['1 x Categories to rename that are not in the file (cupp)']);
  });
});

describe('images are found', () => {
  test('by content hash under another name, by the last part of a path, by size among several of one name', async () => {
    const images = [anImage(1), anImage(2, { name: 'photo-1.jpg', width: 20, height: 20 })];
    const contents = aProject({ images });
    const found = async (fields: Record<string, unknown>) =>
      annotationsOf(await imported(file({ images: [{ ...image, ...fields }] }), contents))[0]?.imageId;
    expect(await found({ file_name: 'renamed.png', sha256: images[0]!.sha256 })).toBe('image-1');
    expect(await found({ file_name: 'train2017/sub\\photo-1.jpg' })).toBe('image-1');
    expect(await found({ file_name: 'photo-1.jpg', width: undefined, height: undefined })).toBeUndefined();
  });

  test.each([
    [{ file_name: 'other.jpg' }, '1 x Images left out: they are not in this project (other.jpg)'],
    [
      { width: 13 },
      '1 x Images left out: they have another size than in this project (photo-1.jpg: 13 x 10 in the file, 12 x 10 here)',
    ],
    [
      { width: 12.5 },
      '1 x Images left out: they have another size than in this project (photo-1.jpg: 12.5 x 10 in the file, 12 x 10 here)',
    ],
    [
      { height: -10 },
      '1 x Images left out: they have another size than in this project (photo-1.jpg: 12 x -10 in the file, 12 x 10 here)',
    ],
    [
      { width: 'wide' },
      '1 x Images left out: they have another size than in this project (photo-1.jpg: "wide" x 10 in the file, 12 x 10 here)',
    ],
  ])('or left out with the reason: %o', async (fields, loss) => {
    const outcome = await imported(file({ images: [{ ...image, ...fields }] }));
    expect(lossesOf(outcome)).toEqual([
      loss,
      '1 x Targets left out: their image could not be used (annotation 1)',
    ]);
  });

  test('records without id or name, and ids used twice', async () => {
    const images = [
      image,
      { ...image, file_name: 'photo-2.jpg' },
      { file_name: 'x.jpg' },
      { id: 9 },
      'nonsense',
      null,
      { id: 1.5, file_name: 'y' },
    ];
    const outcome = await imported(file({ images }));
    expect(outcome.annotations).toBe(1);
    expect(lossesOf(outcome)).toEqual([
      '1 x Images left out: their id is used twice (image 7, photo-2.jpg)',
      '4 x Images left out: they have no id ()',
      '1 x Images left out: they have no file name (image 9)',
    ]);
  });
});

describe('a damaged target is left out with its reason, the good one beside it comes in', () => {
  const rle = (counts: unknown, rleSize: unknown = [10, 12]): unknown => ({ size: rleSize, counts });
  test.each<[string, Record<string, unknown>, string]>([
    [
      'short RLE',
      { segmentation: rle([11, 2, 8]) },
      "run-length mask is damaged (annotation 9: The mask's runs are too short: they add up to 21 pixels, but 12 x 10 has 120.)",
    ],
    [
      'long RLE',
      { segmentation: rle([11, 2, 800]) },
      "run-length mask is damaged (annotation 9: The mask's runs are too long",
    ],
    ['short compressed RLE', { segmentation: rle(';') }, 'run-length mask is damaged'],
    [
      'text that is no RLE',
      { segmentation: rle('häh') },
      'run-length mask is damaged (annotation 9: The mask text is not COCO run-length text: it breaks at character 1.)',
    ],
    [
      'negative run',
      { segmentation: rle([11, -2, 111]) },
      'run-length mask is damaged (annotation 9: Run 1 of the mask is -2',
    ],
    [
      'fractional run',
      { segmentation: rle([11.5, 108.5]) },
      'run-length mask is damaged (annotation 9: Run 0 of the mask is 11.5',
    ],
    ['run that is text', { segmentation: rle([11, '109']) }, 'Run 1 of the mask is a string.'],
    ['no counts', { segmentation: { size: [10, 12] } }, 'The mask has no counts.'],
    ['no size', { segmentation: { counts: [120] } }, 'The mask has no size of two numbers.'],
    [
      'size the wrong way round',
      { segmentation: rle([120], [12, 10]) },
      "their mask is not of the image's size (annotation 9: The mask is made for 10 x 12 pixels, the image has 12 x 10 (height comes first in a COCO size).)",
    ],
    ['size of another image', { segmentation: rle([25], [5, 5]) }, "their mask is not of the image's size"],
    [
      'polygon of two points',
      { segmentation: [[1, 1, 5, 5]] },
      'their polygon is damaged (annotation 9: A polygon of 4 numbers has only 2 points',
    ],
    [
      'polygon of one point',
      { segmentation: [[1, 1]] },
      'their polygon is damaged (annotation 9: A polygon needs at least 3 points; this one has 1.)',
    ],
    ['polygon of half a point', { segmentation: [[1, 1, 2, 2, 3, 3, 4]] }, 'their polygon is damaged'],
    ['polygon with text', { segmentation: [[1, 1, 2, '2', 3, 3]] }, 'Number 3 of the polygon is a string.'],
    ['polygon of records', { segmentation: [[{}, {}, {}, {}]] }, 'Number 0 of the polygon is an object.'],
    ['polygon with null', { segmentation: [[1, 1, 2, null, 3, 3]] }, 'Number 3 of the polygon is null.'],
    ['polygon to infinity', { segmentation: [[1, 1, '1e999', 2, 3, 3]] }, 'their polygon is damaged'],
    ['run to infinity', { segmentation: rle(['1e999']) }, 'run-length mask is damaged'],
    ['size of fractions', { segmentation: rle([120], [10.5, 12]) }, "their mask is not of the image's size"],
    ['negative size', { segmentation: rle([120], [-10, -12]) }, "their mask is not of the image's size"],
    ['image id that is a fraction', { image_id: 7.5 }, 'their image is not in the file'],
    ['polygon far away', { segmentation: [[1, 1, 2e9, 2, 3, 3]] }, 'far outside any image'],
    [
      'polygon beside the image',
      { segmentation: [[20, 20, 30, 20, 30, 30]] },
      'their mask holds no pixel of the image (annotation 9)',
    ],
    ['empty RLE mask', { segmentation: rle([120]) }, 'their mask holds no pixel of the image (annotation 9)'],
    [
      'no segmentation',
      { segmentation: undefined },
      'they have no mask (annotation 9: There is no segmentation.)',
    ],
    ['an empty one', { segmentation: [] }, 'they have no mask (annotation 9: The segmentation is empty.)'],
    ['a number for one', { segmentation: 5 }, 'they have no mask'],
    ['unknown image', { image_id: 99 }, 'their image is not in the file (annotation 9, image 99)'],
    ['no image', { image_id: undefined }, 'their image is not in the file'],
  ])('%s', async (_name, fields, words) => {
    const bad = annotation({ id: 9, ...fields });
    const outcome = await imported(file({ annotations: [bad, annotation()] }));
    expect(outcome.annotations).toBe(1);
    expect(lossesOf(outcome)).toHaveLength(1);
    expect(lossesOf(outcome)[0]).toContain(words);
  });

  test('entries that are no records', async () => {
    const outcome = await imported(file({ annotations: [null, 5, 'x', [1], annotation()] }));
    expect(outcome.annotations).toBe(1);
    expect(lossesOf(outcome)).toEqual([
      '4 x Targets left out: they are no records (entry 0; entry 1; entry 2; entry 3)',
    ]);
  });
});

describe('what is odd but usable comes in and is said', () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      'a category that is not in the file',
      { category_id: 44 },
      'imported without a category: theirs is not in the file (annotation 9, category 44)',
    ],
    ['a crowd region', { iscrowd: 1 }, 'Crowd regions: kept as such, and written as such (annotation 9)'],
    ['a crowd region in words', { iscrowd: 'true' }, 'Crowd regions: kept'],
    ['a crowd among the attributes', { attributes: { is_crowd: true } }, 'Crowd regions: kept'],
    ['an id used twice', { id: 1 }, 'Targets that share their id: each was imported (annotation 1)'],
    ['no id', { id: undefined }, 'Targets without a usable id: imported all the same'],
    [
      'a wrong area',
      { area: 77 },
      'Stated areas that are not those of the mask: counted anew (annotation 9: 77 stated, 4 counted)',
    ],
    [
      'a box of another place',
      { bbox: [5, 5, 2, 2] },
      'Stated boxes that are not those of the mask: measured anew (annotation 9: [5,5,2,2] stated, [1,1,2,2] measured)',
    ],
    ['a box with a negative side', { bbox: [1, 1, -2, 2] }, 'Stated boxes that are not those of the mask'],
    ['a box that is none', { bbox: 'all' }, 'Stated boxes that are not those of the mask'],
    ['a negative area', { area: -4 }, 'Stated areas that are not those of the mask'],
    ['a negative id', { id: -9, area: 5 }, '(annotation -9: 5 stated, 4 counted)'],
    ['an id that is a fraction', { id: 1.5 }, 'Targets without a usable id: imported all the same'],
    [
      'a score above 1',
      { score: 1.5 },
      'Scores left out: they are no numbers from 0 to 1 (annotation 9: 1.5)',
    ],
    ['a score that is text', { score: 'high' }, 'Scores left out'],
    [
      'a name without end',
      { pixellm: { name: 'n'.repeat(5000) } },
      'Names of targets: cut to 4096 characters',
    ],
    [
      'fields of other tools',
      { occluded: true },
      'Fields of targets that have no place here: occluded (true)',
    ],
    ['keypoints', { keypoints: [1, 2, 3] }, 'Keypoints: not imported (annotation 9)'],
    [
      'one bad part of several',
      {
        segmentation: [
          [1, 1, 3, 1, 3, 3, 1, 3],
          [1, 1],
        ],
      },
      'Parts of polygons left out: they are damaged',
    ],
    [
      'a polygon over the border',
      { segmentation: [[8, 8, 20, 8, 20, 20, 8, 20]] },
      "Polygons cut at the image's border: they reach outside (annotation 9)",
    ],
  ])('%s', async (_name, fields, words) => {
    const first = annotation({ segmentation: { size: [10, 12], counts: [0, 1, 119] }, area: 1 });
    const outcome = await imported(file({ annotations: [first, annotation({ id: 9, ...fields })] }));
    expect(outcome.annotations).toBe(2);
    expect(lossesOf(outcome)).toHaveLength(1);
    expect(lossesOf(outcome)[0]).toContain(words);
  });
});

test('importing a file twice adds nothing the second time', async () => {
  const outcome = await imported(file());
  const once: ContentsAtHand = aProject({ annotations: annotationsOf(outcome) });
  const again = await imported(file(), once);
  expect(again.diff.added).toEqual([]);
  expect(lossesOf(again)).toEqual(['1 x Targets left out: the same mask is there already (annotation 1)']);
});

test('new targets lie above those already there', async () => {
  const there = anAnnotation(41, boxRuns([5, 5, 2, 2], size));
  expect(annotationsOf(await imported(file(), aProject({ annotations: [there] })))[0]?.order).toBe(42);
});

test('names and scores of our own export come back', async () => {
  const own = { name: 'the red cup', source: 'model', score: 0.75, review: 'proposed' };
  // Until November 2026 they stood among the attributes.
  for (const fields of [{ pixellm: own }, { attributes: own }]) {
    const value = file({ annotations: [annotation(fields)] });
    expect(annotationsOf(await imported(value))[0]).toMatchObject({
      ...{ name: 'the red cup', score: 0.75, review: 'proposed', attributes: {} },
    });
  }
});

test('the mapping dialog learns what a file holds', async () => {
  const value = file({
    images: [image, { id: 8, file_name: 'elsewhere.jpg', width: 3, height: 3 }],
    categories: [category, { id: 4, name: 'plate' }],
  });
  const job = {
    contents: aProject({ categories: [aCategory(1, 'x')] }),
    source: bytesOf(value),
    pathOf: () => null,
    lookIn: [],
    signal: new AbortController().signal,
  };
  expect(await coco.inspect!(job)).toEqual({
    images: 2,
    matchedImages: 1,
    annotations: 1,
    categories: ['cup', 'plate'],
  });
});

describe('a file that is none is refused as a whole', () => {
  test.each<[string, unknown, string]>([
    ['not JSON', 'hello', 'begins with neither'],
    ['cut off', JSON.stringify(file()).slice(0, -30), 'ends in the middle'],
    ['a list', [{ a: 1 }], 'This is a list'],
    ['a results list', [annotation()], 'a COCO results file'],
    [
      'captions',
      { images: [image], annotations: [{ id: 1, image_id: 7, caption: 'A cup.' }] },
      'a COCO caption file',
    ],
    [
      'panoptic',
      { images: [image], annotations: [{ image_id: 7, file_name: 'a.png', segments_info: [] }] },
      'a COCO panoptic file',
    ],
    [
      'keypoints alone',
      { images: [image], annotations: [{ id: 1, image_id: 7, keypoints: [1, 1, 2] }] },
      'a COCO keypoint file',
    ],
    ['a MUSE file', [{ file_name: 'a', questions: [], answers: [] }], 'Import it with the format "muse"'],
    ['a labelme file', { shapes: [{}], imagePath: 'a.png', version: '5.0' }, 'a labelme file'],
    ['another object', { shapes: [], version: '5.0' }, 'it has no list of "images"'],
    ['without annotations', { images: [image], categories: [] }, 'no annotations'],
    ['annotations that are no list', { images: [image], annotations: { a: 1 } }, 'no annotations'],
  ])('%s', async (_name, value, words) => {
    const reading = imported(value);
    await expect(reading).rejects.toThrow(words);
    await expect(reading).rejects.toMatchObject({ code: 'bad-file' });
  });
});
