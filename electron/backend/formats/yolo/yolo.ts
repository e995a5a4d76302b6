import type { Size } from '../../../common/geometry.ts';
import { areaOf } from '../../../common/runs.ts';
import type { DatasetFile, DatasetToWrite, ImageToWrite } from '../dataset/dataset.ts';
import { datasetFormat } from '../dataset/dataset-format.ts';
import { yamlOf } from '../yaml.ts';
import { withoutEnding } from '../match-images.ts';
import type { LossList } from '../format.ts';
import { holesOption, polygonsOf, simplifyOption, type HoleLoss, type PartPolicy } from '../mask-polygons.ts';
import { changedPixels } from '../segmentation.ts';
import { readYolo } from './read-yolo.ts';

export const yoloSeg = datasetFormat({
  id: 'yolo-seg',
  label: 'YOLO segmentation',
  description:
    'A folder (or .zip) with data.yaml, images and a text file of polygons for each, as Ultralytics trains on. Polygons alone: holes and parts are joined or told.',
  endings: ['zip'],
  accounts: ['classes'],
  options: [
    {
      name: 'parts',
      label: 'Targets of several parts',
      choices: [
        { value: 'join', label: 'Joined by a line of no width (exact)' },
        { value: 'split', label: 'A row for each part' },
      ],
      initial: 'join',
    },
    holesOption('Holes', ['bridge', 'fill']),
    simplifyOption([0.75, 1.5]),
  ],
  writer: { pictureName, files, carries },
  read: readYolo,
});

function pictureName({ name, split }: ImageToWrite): string {
  return `images/${split ?? 'train'}/${name}`;
}

async function* files(set: DatasetToWrite): AsyncGenerator<DatasetFile> {
  const splits = new Set(set.images.map(({ split }) => split ?? 'train'));
  // A list, which every trainer takes; a table of numbers, with texts for keys, is one that older ones index by number.
  const names = set.classes.map(({ name }) => name);
  const paths = {
    path: '.',
    train: 'images/train',
    // Ultralytics asks for one; without a part of its own, the training images serve.
    val: splits.has('val') ? 'images/val' : 'images/train',
    ...(splits.has('test') ? { test: 'images/test' } : {}),
  };
  yield { name: 'data.yaml', data: await yamlOf({ ...paths, nc: set.classes.length, names }) };
  for (const image of set.images) {
    set.signal.throwIfAborted();
    const rows: string[] = [];
    for (const target of image.targets) {
      const polygons = polygonsFor(target.mask, set);
      if (polygons.length > 1)
        set.losses.add('Targets of several parts: each part became a row of its own', target.where);
      if (polygons.length === 0) set.losses.add('Targets left out: too thin for a polygon', target.where);
      noteChanges(set.losses, target, polygons);
      for (const { ring } of polygons) rows.push(rowOf(target.classIndex, ring, image.record));
    }
    yield {
      name: `labels/${image.split ?? 'train'}/${withoutEnding(image.name)}.txt`,
      data: rows.map((row) => `${row}\n`).join(''),
    };
  }
}

function noteChanges(
  losses: LossList,
  { mask, where }: { readonly mask: Parameters<typeof polygonsOf>[0]; readonly where: string },
  polygons: ReturnType<typeof polygonsOf>,
): void {
  if (polygons.length !== 1 || !polygons[0]) return;
  const changed = changedPixels(mask, polygons[0].mask);
  if (changed > 0)
    losses.add(
      'Masks changed by being written as polygons',
      `${where}: ${changed} of ${areaOf(mask)} pixels differ`,
    );
}

function polygonsFor(
  mask: Parameters<typeof polygonsOf>[0],
  { options }: DatasetToWrite,
): ReturnType<typeof polygonsOf> {
  // Both hold because `checkOptions` admits nothing but the values listed above.
  return polygonsOf(mask, {
    parts: options['parts'] as PartPolicy,
    holes: options['holes'] as HoleLoss,
    tolerance: Number(options['tolerance']),
  });
}

function carries(
  image: ImageToWrite,
  set: DatasetToWrite,
): { className: string; mask: Parameters<typeof polygonsOf>[0] }[] {
  return image.targets.flatMap(({ className, mask }) =>
    polygonsFor(mask, set).map((polygon) => ({ className, mask: polygon.mask })),
  );
}

/** Enough digits to give each pixel edge of the largest image back. */
function rowOf(classIndex: number, ring: readonly number[], { width, height }: Size): string {
  const numbers = ring.map((value, at) =>
    String(Number((value / (at % 2 === 0 ? width : height)).toPrecision(9))),
  );
  return [classIndex, ...numbers].join(' ');
}
