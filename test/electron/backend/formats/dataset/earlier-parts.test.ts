import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { splitImages } from '../../../../../electron/backend/formats/dataset/split-images.ts';
import type { ProjectContents } from '../../../../../electron/backend/formats/format.ts';
import { formatNamed, formats } from '../../../../../electron/backend/formats/registry.ts';
import type { ImageId } from '../../../../../electron/common/document/records.ts';
import { boxRuns } from '../../../../../electron/common/mask-region.ts';
import { aWriteGuard } from '../../../../helpers/a-write-guard.ts';
import { aPng } from '../../../../helpers/pictures-on-disk.ts';
import {
  aCategory,
  anAnnotation,
  anExport,
  anImage,
  anImport,
  aProject,
  outcomeOf,
} from '../../../../helpers/project-contents.ts';
import { pathOf } from '../../../../helpers/project-with-questions.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

/** The same set written twice into one folder, divided otherwise the second time: an image must not train and validate. */
const size = { width: 16, height: 12 };
const count = 10;

async function tenImages(): Promise<{ contents: ProjectContents; folder: string }> {
  const folder = await temporaryFolder();
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  const images = [];
  for (const number of numbers) {
    const path = join(folder, `${number}.png`);
    await writeFile(path, aPng(size, number));
    images.push(anImage(number, { ...size, name: `${number}.png`, source: { kind: 'linked', path } }));
  }
  const annotations = numbers.map((number) =>
    anAnnotation(number, boxRuns([number, 2, 3, 4], size), {
      ...{ name: 'cup', imageId: `image-${number}` as ImageId }, // as the image above is called
    }),
  );
  return { contents: aProject({ images, categories: [aCategory(1, 'cup')], annotations }), folder };
}

const noted = 'Files of an earlier export, for another part of the data set: removed';
const divided = formats.filter(
  ({ info, read, write }) =>
    read &&
    write &&
    ['split', 'uncategorised'].every((name) => info.options.some((each) => each.name === name)),
);

test.each(divided.map((format) => [format.info.id, format] as const))(
  '%s written again with another division has each image once',
  async (id, { read, write }) => {
    const { contents, folder } = await tenImages();
    const path = join(folder, id);
    const guard = await aWriteGuard();
    const ways = [
      { split: 'none' },
      { split: '80-20-0', seed: '1' },
      { split: '70-15-15', seed: '2' },
      { split: '80-20-0', seed: '3' },
      { split: 'none' },
    ];
    const told: string[] = [];
    for (const options of ways) {
      const { verified, losses } = await outcomeOf(
        write!(anExport(contents, path, { options, pathOf, guard })),
      );
      told.push(...losses.map(({ what }) => what));
      expect(verified).toBe(true);
      const bare = { ...contents, categories: [], annotations: [] };
      const { annotations, losses: ofImport } = await outcomeOf(
        read!(anImport(bare, { kind: 'path', path })),
      );
      expect([annotations, ofImport.map(({ what }) => what)]).toEqual([count, []]);
    }
    // Two have no folders or files for parts.
    const isInPlaces = id !== 'cvat' && id !== 'label-studio';
    expect(new Set(told)).toEqual(new Set(isInPlaces ? [noted] : []));
  },
);

test('what somebody else put there is not removed: the export is refused by its name, and all stays as it was', async () => {
  const { contents, folder } = await tenImages();
  const path = join(folder, 'set');
  const guard = await aWriteGuard();
  const write = (split: string): Promise<unknown> =>
    outcomeOf(
      formatNamed('yolo-seg').write!(anExport(contents, path, { options: { split }, pathOf, guard })),
    );
  await write('80-20-0');
  const [validates = ''] = await readdir(join(path, 'labels/val'));
  await writeFile(join(path, 'labels/val', validates), '0 0.1 0.1 0.2 0.1 0.2 0.2\n');
  const before = (await readdir(path, { recursive: true })).toSorted();
  await expect(write('none')).rejects.toMatchObject({
    code: 'file-exists',
    message: expect.stringContaining(join('labels', 'val', validates)) as string,
  });
  expect((await readdir(path, { recursive: true })).toSorted()).toEqual(before);
});

test('parts of which no image came are told', async () => {
  const { contents, folder } = await tenImages();
  const few = { ...contents, images: contents.images.slice(0, 2) };
  const options = { split: '80-10-10', group: 'folder' };
  const job = anExport(few, join(folder, 'set'), { options, pathOf });
  const { losses } = await outcomeOf(formatNamed('yolo-seg').write!(job));
  expect(losses).toEqual([
    {
      what: 'Parts of the data set that got no image: there are too few, or too few groups',
      count: 2,
      examples: ['val, 10 %', 'test, 10 %'],
    },
  ]);
});

test('folders that lie elsewhere on another machine are divided alike', async () => {
  const { contents } = await tenImages();
  const how = { split: '70-15-15', group: 'folder', seed: '2' };
  const on = (root: string): (string | null)[] => {
    const images = contents.images.map((image, at) => ({
      ...image,
      source: { kind: 'linked' as const, path: `${root}/${at % 5}/${image.name}` },
    }));
    const parts = splitImages(images, how);
    return images.map((image) => parts.get(image) ?? null);
  };
  expect(on('/home/a')).toEqual(on('D:/sets'));
});
