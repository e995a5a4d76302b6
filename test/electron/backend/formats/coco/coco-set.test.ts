import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cocoSet } from '../../../../../electron/backend/formats/coco/coco.ts';
import { writeFiles } from '../../../../../electron/backend/formats/pictures/picture-export.ts';
import { readZip } from '../../../../../electron/backend/formats/zip-archive.ts';
import type { ImageRecord } from '../../../../../electron/common/document/records.ts';
import { boxRuns } from '../../../../../electron/common/mask-region.ts';
import { lenientGuard } from '../../../../helpers/a-write-guard.ts';
import { filesIn } from '../../../../helpers/mutated-files.ts';
import { aPng } from '../../../../helpers/pictures-on-disk.ts';
import {
  aCategory,
  anAnnotation,
  anExport,
  anImage,
  aProject,
  outcomeOf,
} from '../../../../helpers/project-contents.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const size = { width: 12, height: 10 };

/** Ten images, the last of a folder, each with a target; marked as val, test, train, train and so on. */
async function tenImages() {
  const folder = await temporaryFolder();
  const images: ImageRecord[] = [];
  for (let number = 1; number <= 10; number++) {
    const path = join(folder, `photo-${number}.png`);
    await writeFile(path, aPng(size, number));
    images.push(
      anImage(number, {
        ...{ ...size, name: `photo-${number}.png`, source: { kind: 'linked', path } },
        ...{ folders: number === 10 ? 'night' : '' },
        split: number === 1 ? 'val' : number === 2 ? 'test' : null,
      }),
    );
  }
  const annotations = images.map(({ id }, at) =>
    anAnnotation(at + 1, boxRuns([at % 5, 2, 3, 4], size), { imageId: id }),
  );
  const contents = aProject({ images, annotations, categories: [aCategory(1, 'cup'), aCategory(2, 'none')] });
  const pathOf = ({ source }: ImageRecord): string | null => (source.kind === 'linked' ? source.path : null);
  const write = (name: string, options: Record<string, string>) =>
    outcomeOf(cocoSet.write!(anExport(contents, join(folder, name), { options, pathOf })));
  return { folder, contents, write };
}

interface Instances {
  readonly images: readonly { readonly id: number; readonly file_name: string }[];
  readonly categories: readonly { readonly id: number; readonly name: string }[];
  readonly annotations: readonly {
    readonly id: number;
    readonly image_id: number;
    readonly segmentation: unknown;
  }[];
}

test('each part has a file and a folder of its pictures, ids are those of the whole project', async () => {
  const { folder, write } = await tenImages();
  const done = await write('set', { split: 'own' });
  expect(done).toMatchObject({ verified: true, images: 10, annotations: 10, categories: 2, losses: [] });
  expect((await filesIn(join(folder, 'set'))).toSorted()).toEqual(
    [
      ...['test', 'train', 'val'].map((part) => `annotations/instances_${part}.json`),
      ...['val/photo-1.png', 'test/photo-2.png', 'train/night/photo-10.png'].map((name) => `images/${name}`),
      ...[3, 4, 5, 6, 7, 8, 9].map((number) => `images/train/photo-${number}.png`),
    ].toSorted(),
  );
  const seen: number[] = [];
  for (const part of ['train', 'val', 'test']) {
    const text = await readFile(join(folder, 'set', 'annotations', `instances_${part}.json`), 'utf8');
    const { images, categories, annotations } = JSON.parse(text) as Instances; // what was just written
    expect(categories.map(({ id, name }) => [id, name])).toEqual([
      [1, 'cup'],
      [2, 'none'],
    ]);
    expect(annotations.map(({ id }) => id)).toEqual(annotations.map((_, at) => at + 1));
    expect(annotations.map(({ image_id: image }) => image)).toEqual(images.map(({ id }) => id));
    seen.push(...images.map(({ id }) => id));
    for (const { id, file_name: name } of images)
      expect(await readFile(join(folder, 'set', 'images', part, name))).toEqual(Buffer.from(aPng(size, id)));
  }
  expect(seen.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('shares of one’s own, polygons, an archive', async () => {
  const { folder, write } = await tenImages();
  const options = { split: '50-30-20', seed: '77', segmentation: 'polygon', images: 'none' };
  expect(await write('set.zip', options)).toMatchObject({ verified: true, losses: [] });
  const { names, read } = await readZip(join(folder, 'set.zip'));
  expect(names).toEqual(['test', 'train', 'val'].map((part) => `annotations/instances_${part}.json`));
  const counts = [];
  for (const name of names) {
    const { images, annotations } = JSON.parse(Buffer.from((await read(name))!).toString()) as Instances;
    counts.push(images.length);
    for (const { segmentation } of annotations) expect(segmentation).toEqual([expect.any(Array)]);
  }
  expect(counts).toEqual([2, 5, 3]);
});

test('one file of one part, where no pictures are wanted; several are no file', async () => {
  const { folder, write } = await tenImages();
  expect(await write('all.json', { split: 'none', images: 'none' })).toMatchObject({ verified: true });
  expect(JSON.parse(await readFile(join(folder, 'all.json'), 'utf8'))).toMatchObject({
    images: { length: 10 },
  });
  for (const options of [{ split: 'own', images: 'none' }, { split: 'none' }])
    await expect(write('more.json', options)).rejects.toMatchObject({ code: 'bad-input' });
});

test('written again with another seed, no image is left in two parts', async () => {
  const { folder, write } = await tenImages();
  await write('set', { split: '50-30-20', seed: '1' });
  const done = await write('set', { split: '50-30-20', seed: '2' });
  expect(done.verified).toBe(true);
  const pictures = (await filesIn(join(folder, 'set'))).filter((name) => name.endsWith('.png'));
  expect(pictures).toHaveLength(10);
});

test('text that the import would not unpack again is refused before an archive is there', async () => {
  const folder = await temporaryFolder();
  async function* much(): AsyncGenerator<string> {
    const piece = ' '.repeat(1 << 20);
    for (let at = 0; at < 257; at++) yield piece;
  }
  async function* files() {
    yield { name: 'big.json', data: much() };
  }
  const how = { guard: lenientGuard, signal: new AbortController().signal };
  await expect(writeFiles(join(folder, 'set.zip'), files(), how)).rejects.toMatchObject({
    code: 'too-large',
    message:
      'big.json is larger than 256 MB, which would not be unpacked again. Write the data set to a folder.',
  });
  expect(await filesIn(folder)).toEqual([]);
});
