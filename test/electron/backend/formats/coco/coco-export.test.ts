import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { coco } from '../../../../../electron/backend/formats/coco/coco.ts';
import type { ExportOutcome } from '../../../../../electron/backend/formats/format.ts';
import { boxRuns } from '../../../../../electron/common/mask-region.ts';
import { differenceOf } from '../../../../../electron/common/mask-algebra.ts';
import { emptyRuns, fullRuns, type Runs } from '../../../../../electron/common/runs.ts';
import { randomBitmap, runsOfBitmap } from '../../../../helpers/masks.ts';
import {
  type ContentsAtHand,
  aCategory,
  aProject,
  anAnnotation,
  anExport,
  anImage,
  anImport,
  outcomeOf,
} from '../../../../helpers/project-contents.ts';
import { seededRandom } from '../../../../helpers/seeded-random.ts';
import { aWriteGuard } from '../../../../helpers/a-write-guard.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const size = { width: 12, height: 10 };
const ring = differenceOf(boxRuns([2, 2, 6, 6], size), boxRuns([4, 4, 2, 2], size));

interface CocoFile {
  info: Record<string, unknown>;
  licenses: unknown[];
  images: { id: number; file_name: string }[];
  categories: { id: number; name: string }[];
  annotations: {
    id: number;
    image_id: number;
    category_id: number;
    segmentation: unknown;
    area: number;
    bbox: number[];
    iscrowd: number;
  }[];
}

async function exported(
  contents: ContentsAtHand,
  options: Record<string, string> = {},
  imageIds: ContentsAtHand['images'][number]['id'][] | null = null,
): Promise<{ outcome: ExportOutcome; file: CocoFile; path: string }> {
  const path = join(await temporaryFolder(), 'out.json');
  const job = anExport(contents, path, { options, imageIds });
  const outcome = await outcomeOf(coco.write!(job));
  return { outcome, path, file: JSON.parse(readFileSync(path, 'utf8')) as CocoFile };
}

/** Masks of every kind on one image of a size of its own. */
function manyMasks(count: number): ContentsAtHand {
  const random = seededRandom(91);
  const images = [anImage(1, { width: 37, height: 23 })];
  const masks: Runs[] = Array.from({ length: count }, (_, index) =>
    runsOfBitmap(randomBitmap(random, { width: 37, height: 23 }, index % 5)),
  );
  return aProject({ images, annotations: masks.map((mask, index) => anAnnotation(index + 1, mask)) });
}

test('a file has all a reader asks for: info, licences, ids from 1, area, box, iscrowd 0', async () => {
  const { file, outcome } = await exported(aProject({ annotations: [anAnnotation(1, ring)] }));
  expect(Object.keys(file)).toEqual(['info', 'licenses', 'images', 'categories', 'annotations']);
  expect(file.info).toMatchObject({ version: '1.0', description: 'A project' });
  expect(file.licenses).toEqual([{ id: 1, name: 'Unknown', url: '' }]);
  expect(file.images).toMatchObject([{ id: 1, width: 12, height: 10, file_name: 'photo-1.jpg', license: 1 }]);
  expect(file.categories).toEqual([{ id: 1, name: 'cup', supercategory: '' }]);
  expect(file.annotations).toMatchObject([
    { id: 1, image_id: 1, category_id: 1, area: 32, bbox: [2, 2, 6, 6], iscrowd: 0 },
  ]);
  expect(outcome).toMatchObject({ images: 1, annotations: 1, categories: 1, losses: [], verified: true });
});

test('the three kinds of mask', async () => {
  const contents = aProject({ annotations: [anAnnotation(1, boxRuns([1, 1, 3, 2], size))] });
  const segmentation = async (kind: string) =>
    (await exported(contents, { segmentation: kind })).file.annotations[0]?.segmentation;
  expect(await segmentation('rle')).toEqual({ size: [10, 12], counts: [11, 2, 8, 2, 8, 2, 87] });
  expect(await segmentation('compressed-rle')).toEqual({ size: [10, 12], counts: ';28000_2' });
  expect(await segmentation('polygon')).toEqual([[1, 1, 4, 1, 4, 3, 1, 3]]);
});

describe('any mask survives export and import without a changed pixel', () => {
  test.each([
    ['compressed-rle', 'bridge'],
    ['rle', 'bridge'],
    ['polygon', 'bridge'],
    ['polygon', 'rle'],
  ])('as %s, holes %s', async (segmentation, holes) => {
    const contents = manyMasks(60);
    const { outcome, path } = await exported(contents, { segmentation, holes });
    expect(outcome.verified).toBe(true);
    const again = await outcomeOf(
      coco.read!(anImport({ ...contents, annotations: [] }, { kind: 'path', path })),
    );
    const before = contents.annotations.filter(({ area }) => area > 0);
    const masks = new Set(before.map(({ mask }) => mask.counts));
    expect(again.annotations + duplicates(again.losses)).toBe(before.length);
    for (const record of again.diff.added) {
      if (record.kind === 'annotation') expect(masks.has(record.mask.counts)).toBe(true);
    }
  });
});

function duplicates(losses: readonly { what: string; count: number }[]): number {
  return losses.find(({ what }) => what.includes('is there already'))?.count ?? 0;
}

test('filled holes and simplified outlines are told pixel by pixel', async () => {
  const contents = aProject({ annotations: [anAnnotation(1, ring)] });
  const filled = await exported(contents, { segmentation: 'polygon', holes: 'fill' });
  expect(filled.file.annotations[0]).toMatchObject({ area: 36 });
  expect(filled.outcome.losses).toEqual([
    {
      what: 'Masks changed by being written as polygons',
      count: 1,
      examples: ['target 1 in photo-1.jpg: 4 of 32 pixels differ'],
    },
  ]);
  const disk = runsOfBitmap(randomBitmap(seededRandom(4), { width: 60, height: 60 }, 3));
  const round = aProject({
    images: [anImage(1, { width: 60, height: 60 })],
    annotations: [anAnnotation(1, disk)],
  });
  const simple = await exported(round, { segmentation: 'polygon', tolerance: '1.5' });
  expect(simple.outcome.losses[0]?.what).toBe('Masks changed by being written as polygons');
  expect(simple.outcome.verified).toBe(true);
});

test('numbers of images and categories stay the same whatever images are chosen', async () => {
  const images = [anImage(1), anImage(2), anImage(3)];
  const categories = [aCategory(1, 'cup'), aCategory(2, 'plate')];
  const annotations = images.map((image, index) =>
    anAnnotation(index + 1, ring, { imageId: image.id, categoryId: categories[index % 2]!.id }),
  );
  const contents = aProject({ images, categories, annotations });
  const { file } = await exported(contents, {}, [images[2]!.id]);
  expect(file.images).toMatchObject([{ id: 3, file_name: 'photo-3.jpg' }]);
  expect(file.annotations).toMatchObject([{ id: 1, image_id: 3, category_id: 1 }]);
  expect(file.categories.map(({ name }) => name)).toEqual(['cup', 'plate']);
});

test('targets without a category follow the policy, and it is said', async () => {
  const annotations = [
    anAnnotation(1, ring, { categoryId: null, name: 'the red cup 🍵' }),
    anAnnotation(2, boxRuns([0, 0, 2, 2], size), { categoryId: null, name: '' }),
  ];
  const contents = aProject({ annotations });
  const names = async (uncategorised: string) =>
    (await exported(contents, { uncategorised })).file.categories.map(({ name }) => name);
  expect(await names('name')).toEqual(['cup', 'object', 'the red cup 🍵']);
  expect(await names('object')).toEqual(['cup', 'object']);
  const dropped = await exported(contents, { uncategorised: 'drop' });
  expect(dropped.file.annotations).toEqual([]);
  expect(dropped.outcome.losses).toMatchObject([
    { what: 'Targets left out: they have no category', count: 2 },
  ]);
});

test('nothing is left out without a word', async () => {
  const contents = aProject({
    images: [anImage(1), anImage(2, { name: 'photo-1.jpg' })],
    annotations: [
      anAnnotation(1, emptyRuns(size)),
      anAnnotation(2, ring, { review: 'rejected' }),
      anAnnotation(3, fullRuns({ width: 5, height: 5 })),
      anAnnotation(4, ring, { review: 'proposed' }),
      anAnnotation(5, fullRuns(size), { modelMask: { size: [10, 12], counts: '0h3' }, edited: true }),
      anAnnotation(6, ring, { modelMask: { size: [10, 12], counts: '0h3' }, edited: false }),
    ],
  });
  const { outcome } = await exported(contents, { review: 'accepted' });
  expect(outcome.annotations).toBe(2);
  // Of the two with a model's mask beside them, one was corrected.
  expect(outcome.losses.find(({ what }) => what.startsWith("The model's own"))?.count).toBe(1);
  expect(outcome.losses.map(({ what }) => what).sort()).toEqual([
    'Images that share their file name: written under names that differ',
    'Targets left out: nobody has accepted them yet',
    'Targets left out: their mask is empty',
    "Targets left out: their mask is not of the image's size",
    'Targets left out: they were rejected',
    "The model's own masks of corrected targets: only the corrected ones are written",
  ]);
});

test('a project without images has nothing to export', async () => {
  await expect(exported(aProject({ images: [] }))).rejects.toMatchObject({ code: 'nothing-to-export' });
});

describe('a file is there whole or not at all', () => {
  test('a folder that does not exist', async () => {
    const job = anExport(aProject(), join(await temporaryFolder(), 'no', 'out.json'));
    await expect(outcomeOf(coco.write!(job))).rejects.toMatchObject({ code: 'file-not-found' });
  });

  test('a cancel in the middle leaves the older file and no rest', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'out.json');
    await writeFile(path, 'older');
    const stop = new AbortController();
    stop.abort();
    const job = anExport(manyMasks(20), path, { signal: stop.signal });
    await expect(outcomeOf(coco.write!(job))).rejects.toMatchObject({ name: 'AbortError' });
    expect(readdirSync(folder)).toEqual(['out.json']);
    expect(readFileSync(path, 'utf8')).toBe('older');
  });

  test.skipIf(process.platform !== 'linux')('a full disk is said, and the device is left alone', async () => {
    const { writeFileWhole } = await import('../../../../../electron/backend/formats/atomic-file.ts');
    const { fileError } = await import('../../../../../electron/backend/app/file-errors.ts');
    const full = await writeFile('/dev/full', 'x'.repeat(100)).catch((error: unknown) =>
      fileError(error, 'out.json', 'write'),
    );
    expect(full).toMatchObject({ code: 'disk-full' });
    const folder = await temporaryFolder();
    async function* failing(): AsyncGenerator<string> {
      yield 'x'.repeat(1 << 20);
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    }
    const writing = writeFileWhole(join(folder, 'out.json'), failing(), {
      guard: await aWriteGuard({ replace: true }),
      signal: new AbortController().signal,
    });
    await expect(writing).rejects.toMatchObject({ code: 'disk-full' });
    expect(readdirSync(folder)).toEqual([]);
  });
});

// The word of pycocotools itself, where it can be had: PIXELLM_PYTHON names a Python with pycocotools and numpy.
const python = process.env['PIXELLM_PYTHON'] ?? 'python3';
const hasCocoTools = ((): boolean => {
  try {
    execFileSync(python, ['-c', 'import pycocotools.mask, numpy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const readAll = `
import json, sys, contextlib, io
from pycocotools.coco import COCO
from pycocotools import mask
with contextlib.redirect_stdout(io.StringIO()):
    coco = COCO(sys.argv[1])
found = []
for a in coco.loadAnns(coco.getAnnIds()):
    rle = coco.annToRLE(a)
    counts = mask.encode(__import__('numpy').asfortranarray(mask.decode(rle)))['counts'].decode()
    found.append([a['id'], counts, int(mask.area(rle)), [int(v) for v in mask.toBbox(rle)], a['area'], a['bbox']])
print(json.dumps(found))
`;

describe.skipIf(!hasCocoTools)('pycocotools reads our files (skipped: no Python with pycocotools)', () => {
  test.each([
    ['compressed-rle', 'bridge'],
    ['rle', 'bridge'],
    ['polygon', 'bridge'],
    ['polygon', 'rle'],
  ])('%s, holes %s: the same pixels, areas and boxes', async (segmentation, holes) => {
    const contents = manyMasks(40);
    const { path } = await exported(contents, { segmentation, holes });
    const found = JSON.parse(execFileSync(python, ['-c', readAll, path], { encoding: 'utf8' })) as unknown[];
    const meant = contents.annotations.filter(({ area }) => area > 0);
    expect(found).toEqual(
      meant.map(({ mask, area, bbox }, index) => [index + 1, mask.counts, area, [...bbox], area, [...bbox]]),
    );
  });
});
