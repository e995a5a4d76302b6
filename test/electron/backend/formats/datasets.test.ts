import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { coco } from '../../../../electron/backend/formats/coco/coco.ts';
import { formatNamed, formats } from '../../../../electron/backend/formats/registry.ts';
import type { Format, StoredMasks } from '../../../../electron/backend/formats/format.ts';
import type { WriteGuard } from '../../../../electron/backend/project/write-guard.ts';
import { boxRuns } from '../../../../electron/common/mask-region.ts';
import { differenceOf, unionOf } from '../../../../electron/common/mask-algebra.ts';
import type { CategoryId, ImageId } from '../../../../electron/common/document/records.ts';
import {
  type ContentsAtHand,
  aCategory,
  anAnnotation,
  anExport,
  anImage,
  anImport,
  aProject,
  bytesOf,
  outcomeOf,
} from '../../../helpers/project-contents.ts';
import { aPng } from '../../../helpers/pictures-on-disk.ts';
import { lenientGuard } from '../../../helpers/a-write-guard.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const size = { width: 40, height: 30 };
const ring = differenceOf(boxRuns([2, 3, 12, 10], size), boxRuns([5, 6, 3, 3], size));
const parts = unionOf(boxRuns([20, 2, 5, 5], size), boxRuns([30, 10, 4, 9], size));
const dot = boxRuns([0, 29, 1, 1], size);
const id = {
  image: (n: number) => `image-${n}` as ImageId,
  category: (n: number) => `category-${n}` as CategoryId,
};

/** The formats that are data sets, each with what it cannot carry of the project below. */
const datasets = formats
  .filter(
    ({ info, write }) =>
      write &&
      ['split', 'uncategorised'].every((name) => info.options.some((option) => option.name === name)),
  )
  // COCO with pictures is read as COCO.
  .map((format) => ({ ...coco, ...format }));

/** Holes, parts, one pixel; names with accents, spaces, markup and folders; two of one name; a class nobody uses. */
async function theProject(): Promise<{ contents: ContentsAtHand; folder: string }> {
  const folder = await temporaryFolder();
  const names = ['cam1/a b.png', 'cam2/a b.png', 'cam2/é<&>.png', 'plain.png', 'other.jpg'];
  const images = [];
  for (const [index, name] of names.entries()) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, aPng(size, index));
    images.push(
      anImage(index + 1, { ...size, name: name.split('/').at(-1) ?? '', source: { kind: 'linked', path } }),
    );
  }
  const contents = aProject({
    images,
    categories: [aCategory(1, 'cup'), aCategory(2, 'unused'), aCategory(3, 'a "plate" <1>')],
    annotations: [
      anAnnotation(1, ring, { name: 'cup' }),
      anAnnotation(2, parts, { name: 'cup', categoryId: id.category(3) }),
      anAnnotation(3, dot, { name: 'cup', imageId: id.image(2) }),
      anAnnotation(4, ring, { name: 'cup', imageId: id.image(3), categoryId: id.category(3) }),
      anAnnotation(5, dot, { name: 'cup', imageId: id.image(4) }),
      anAnnotation(6, parts, { name: 'cup', imageId: id.image(5) }),
    ],
  });
  return { contents, folder };
}

const options = (format: Format, wanted: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(wanted).filter(([name]) => format.info.options.some((option) => option.name === name)),
  );

const pathOf = (image: ContentsAtHand['images'][number]): string | null =>
  image.source.kind === 'linked' ? image.source.path : null;

/** Image, class and mask of every target. */
function heldBy(contents: Pick<ContentsAtHand, 'images' | 'categories' | 'annotations'>): string[] {
  const classes = new Map(contents.categories.map((category) => [category.id, category.name]));
  return contents.annotations
    .map(
      ({ imageId, categoryId, mask }) =>
        `${imageId} ${categoryId === null ? '-' : classes.get(categoryId)} ${mask.counts}`,
    )
    .sort();
}

describe.each(datasets.map((format) => [format.info.id, format] as const))('%s', (_id, format) => {
  test.each([
    ['a folder with pictures', 'set', { images: 'copy', split: 'none' }],
    ['an archive with pictures, split', 'set.zip', { images: 'copy', split: '70-15-15' }],
    ['a folder without pictures', 'set', { images: 'none', split: 'none' }],
  ])('every mask comes back to the pixel, on its image, in its class: %s', async (_what, name, wanted) => {
    const { contents, folder } = await theProject();
    const path = join(folder, 'out', name);
    await mkdir(dirname(path));
    const done = await outcomeOf(
      format.write!(anExport(contents, path, { options: options(format, wanted), pathOf })),
    );
    expect([done.verified, done.losses.filter(({ what }) => what.startsWith('Read again'))]).toEqual([
      true,
      [],
    ]);
    const empty = { ...contents, annotations: [], categories: [] };
    const outcome = await outcomeOf(format.read!(anImport(empty, { kind: 'path', path }, { pathOf })));
    const added = outcome.diff.added;
    const back = {
      images: contents.images,
      categories: added.filter((record) => record.kind === 'category'),
      annotations: added.filter((record) => record.kind === 'annotation'),
    };
    const told = [...outcome.losses, ...done.losses].map(({ what, examples }) => `${what}: ${examples[0]}`);
    expect(heldBy(back), told.join('\n')).toEqual(heldBy(contents));
    if (wanted.split !== 'none') {
      const split = outcome.diff.changed.flatMap(([, after]) =>
        after.kind === 'image' ? [after.split] : [],
      );
      expect(split.filter((part) => part !== null).length).toBeGreaterThan(0);
    }
  });

  test('a file of something else is refused with a word', async () => {
    for (const value of [
      '',
      '{}',
      '[]',
      'hello',
      { items: 3 },
      { shapes: {} },
      '<annotations',
      '<html></html>',
      '\u0000\u0001',
    ])
      await expect(outcomeOf(format.read!(anImport(aProject(), bytesOf(value))))).rejects.toMatchObject({
        code: expect.stringMatching(/bad-file/u) as string,
      });
  });

  test('an empty folder, a folder of other things', async () => {
    const folder = await temporaryFolder();
    const read = () => outcomeOf(format.read!(anImport(aProject(), { kind: 'path', path: folder })));
    await expect(read()).rejects.toMatchObject({ code: 'bad-file' });
    await writeFile(join(folder, 'notes.md'), 'x');
    await expect(read()).rejects.toMatchObject({ code: 'bad-file' });
  });
});

test.each(datasets.map((format) => [format.info.id, format] as const))(
  '%s asks for the masks of one image after the other while it writes, never for all of them first',
  async (_id, format) => {
    const { contents, folder } = await theProject();
    const asked: ImageId[] = [];
    const annotations: StoredMasks = {
      length: contents.annotations.length,
      [Symbol.iterator]: () => {
        throw new Error('nobody goes through all masks');
      },
      ofImage(imageId) {
        asked.push(imageId);
        return contents.annotations.filter((annotation) => annotation.imageId === imageId);
      },
      loose: () => contents.annotations.filter(({ categoryId }) => categoryId === null),
    };
    const path = join(folder, 'written.zip');
    const begun: ImageId[][] = [];
    // The guard is asked when the writing begins.
    const guard: WriteGuard = {
      ...lenientGuard,
      begin: () => {
        begun.push([...asked]);
        return Promise.resolve(() => Promise.resolve());
      },
    };
    const job = anExport({ ...contents, annotations }, path, { pathOf, guard });
    const { losses } = await outcomeOf(format.write!(job));
    expect(begun[0]).toEqual([]);
    // Written, and compared with what was read: what is lost is told once all the same.
    // COCO notes what is to be found while it writes.
    if (format.info.id === 'coco-set') expect(asked.length).toBe(contents.images.length);
    else expect(asked.length).toBeGreaterThan(contents.images.length);
    const plain = await outcomeOf(format.write!(anExport(contents, path, { pathOf })));
    const sorted = (list: typeof losses) => [...list].sort((a, b) => (a.what < b.what ? -1 : 1));
    expect(sorted(losses)).toEqual(sorted(plain.losses));
  },
);

test('YOLO’s classes are a list in the order of their numbers, which every trainer reads alike', async () => {
  const { contents } = await theProject();
  const categories = Array.from({ length: 12 }, (_, at) => aCategory(at + 1, `thing ${at}`));
  const folder = join(await temporaryFolder(), 'set');
  const job = anExport({ ...contents, categories }, folder, {
    pathOf: () => null,
    options: { pictures: 'no' },
  });
  await outcomeOf(formatNamed('yolo-seg').write!(job));
  const { names } = parse(await readFile(join(folder, 'data.yaml'), 'utf8')) as { names: unknown };
  expect(names).toEqual(categories.map(({ name }) => name));
});
