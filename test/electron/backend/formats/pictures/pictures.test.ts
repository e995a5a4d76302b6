import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { ExportOutcome } from '../../../../../electron/backend/formats/format.ts';
import { maskPngs } from '../../../../../electron/backend/formats/pictures/mask-pngs.ts';
import { overlay } from '../../../../../electron/backend/formats/pictures/overlay.ts';
import { paintMasks } from '../../../../../electron/backend/formats/pictures/paint-masks.ts';
import { verifyPictures } from '../../../../../electron/backend/formats/pictures/picture-export.ts';
import { filesOfZip } from '../../../../../electron/backend/formats/zip-archive.ts';
import { boxRuns, decodeRegion } from '../../../../../electron/common/mask-region.ts';
import { emptyRuns } from '../../../../../electron/common/runs.ts';
import {
  type ContentsAtHand,
  aProject,
  anAnnotation,
  anExport,
  anImage,
  outcomeOf,
} from '../../../../helpers/project-contents.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const size = { width: 12, height: 10 };
const first = boxRuns([1, 1, 5, 5], size);
const second = boxRuns([4, 4, 6, 4], size);

function twoImages(): ContentsAtHand {
  return aProject({
    images: [anImage(1), anImage(2, { name: 'sub/Photo-1.jpg' })],
    annotations: [
      anAnnotation(1, first, { name: 'the red cup / "best"' }),
      anAnnotation(2, second, { colour: '#0072b2', name: '杯子' }),
      anAnnotation(3, emptyRuns(size)),
      anAnnotation(4, second, { imageId: anImage(2).id, name: '' }),
    ],
  });
}

async function exported(
  format: typeof overlay,
  name: string,
  contents = twoImages(),
): Promise<{ outcome: ExportOutcome; path: string }> {
  const path = join(await temporaryFolder(), name);
  return { path, outcome: await outcomeOf(format.write!(anExport(contents, path))) };
}

test('one white and black picture for each target, named so that one sees what it is', async () => {
  const { path, outcome } = await exported(maskPngs, 'masks');
  expect(readdirSync(path).sort()).toEqual([
    'Photo-1-1-cup.png',
    'masks.json',
    'photo-1-1-the-red-cup-best.png',
    'photo-1-2-杯子.png',
  ]);
  expect(outcome).toMatchObject({ images: 2, annotations: 3, verified: true });
  expect(outcome.losses).toMatchObject([{ what: 'Targets left out: their mask is empty', count: 1 }]);
  const picture = sharp(join(path, 'photo-1-2-杯子.png'));
  expect(await picture.metadata()).toMatchObject({ width: 12, height: 10, channels: 1, depth: 'uchar' });
  expect([...(await picture.extractChannel(0).raw().toBuffer())]).toEqual(
    [...decodeRegion(second, [0, 0, 12, 10])].map((pixel) => 255 * pixel),
  );
  const index = JSON.parse(readFileSync(join(path, 'masks.json'), 'utf8')) as { masks: unknown[] };
  expect(index.masks[1]).toEqual({
    file: 'photo-1-2-杯子.png',
    image: 'photo-1.jpg',
    name: '杯子',
    category: 'cup',
    bbox: [4, 4, 6, 4],
    area: 24,
    score: null,
  });
});

test('of two images of one name the list of masks says which is meant, and a picture with masks is told of', async () => {
  const images = [anImage(1, { folders: 'cam1' }), anImage(2, { name: 'photo-1.jpg', folders: 'cam2' })];
  const annotations = images.map(({ id }, at) => anAnnotation(at + 1, first, { imageId: id }));
  const contents = aProject({ images, annotations });
  const { path, outcome } = await exported(maskPngs, 'masks', contents);
  const index = JSON.parse(readFileSync(join(path, 'masks.json'), 'utf8')) as { masks: { image: string }[] };
  expect(index.masks.map(({ image }) => image)).toEqual(['cam1/photo-1.jpg', 'cam2/photo-1.jpg']);
  expect(outcome.losses).toEqual([]);
  expect((await exported(overlay, 'seen', contents)).outcome.losses).toMatchObject([
    {
      what: 'Images that share their file name: written under names that differ',
      examples: ['cam2/photo-1.jpg as photo-1-2.png'],
    },
  ]);
});

test('an archive holds the same files', async () => {
  const { path, outcome } = await exported(maskPngs, 'masks.zip');
  expect(outcome).toMatchObject({ files: [path], verified: true });
  const names: string[] = [];
  for await (const { name } of filesOfZip(path)) names.push(name);
  expect(names).toHaveLength(4);
});

describe('pictures with masks', () => {
  test('one image makes one PNG: a tint inside, the full colour at the edge, nothing elsewhere', async () => {
    const contents = aProject({ annotations: [anAnnotation(1, first, { colour: '#ff0000' })] });
    const { path, outcome } = await exported(overlay, 'seen.PNG', contents);
    expect(outcome).toMatchObject({ files: [path], verified: true, annotations: 1 });
    const pixels = await sharp(path).raw().toBuffer();
    const at = (x: number, y: number): number[] => [
      ...pixels.subarray(3 * (y * 12 + x), 3 * (y * 12 + x) + 3),
    ];
    expect([at(0, 0), at(1, 1), at(3, 3)]).toEqual([
      [100, 100, 100],
      [255, 0, 0],
      [170, 55, 55],
    ]);
  });

  test('a target whose colour nobody chose is painted in one that the picture does not have, as it is shown', async () => {
    const edgeIn = async (fields: Parameters<typeof anAnnotation>[2]): Promise<readonly number[]> => {
      const contents = aProject({ annotations: [anAnnotation(1, first, { colour: '#e69f00', ...fields })] });
      const path = join(await temporaryFolder(), 'seen.png');
      const orange = Uint8Array.from({ length: 3 * 12 * 10 }, (_, at) => [230, 159, 0][at % 3] ?? 0);
      const loadImage = async () => ({ ...size, data: orange });
      await outcomeOf(overlay.write!(anExport(contents, path, { loadImage })));
      const pixels = await sharp(path).raw().toBuffer();
      return [...pixels.subarray(3 * (12 + 1), 3 * (12 + 1) + 3)];
    };
    expect(await edgeIn({})).toEqual([230, 159, 0]);
    expect(await edgeIn({ autoColour: true })).toEqual([0x44, 0xdd, 0xaa]);
  });

  test('several images do not fit into one PNG, and say so; nothing is left behind', async () => {
    const folder = await temporaryFolder();
    const job = anExport(twoImages(), join(folder, 'seen.png'));
    await expect(outcomeOf(overlay.write!(job))).rejects.toMatchObject({ code: 'bad-input' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a file of another kind is refused, not made into a folder of that name', async () => {
    const folder = await temporaryFolder();
    const job = anExport(twoImages(), join(folder, 'seen.JPG'));
    await expect(outcomeOf(overlay.write!(job))).rejects.toThrow('not seen.JPG');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('the later mask lies on top', () => {
    const image = { ...size, data: new Uint8Array(12 * 10 * 3) };
    const painted = paintMasks(
      image,
      [
        { mask: first, colour: '#ff0000' },
        { mask: first, colour: '#0000ff' },
      ],
      1,
    );
    expect([...painted.data.subarray(3 * 13, 3 * 13 + 3)]).toEqual([0, 0, 255]);
    expect(image.data.every((value) => value === 0)).toBe(true);
  });
});

test('a damaged picture is noticed when it is read again', async () => {
  const { path, outcome } = await exported(maskPngs, 'masks');
  const expected = new Map(outcome.files.map((file) => [file.split('/').at(-1) ?? '', 'something else']));
  expect(await verifyPictures(path, outcome.files, expected, new AbortController().signal)).toHaveLength(4);
});

test('a failing image leaves no folder behind', async () => {
  const folder = await temporaryFolder();
  const job = anExport(twoImages(), join(folder, 'out'), {
    loadImage: () => Promise.reject(new Error('gone')),
  });
  await expect(outcomeOf(overlay.write!(job))).rejects.toThrow('gone');
  expect(existsSync(join(folder, 'out'))).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

test('a project without masks has no mask pictures', async () => {
  await expect(exported(maskPngs, 'masks', aProject())).rejects.toMatchObject({ code: 'nothing-to-export' });
});
