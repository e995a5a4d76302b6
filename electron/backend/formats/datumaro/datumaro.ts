import type { Size } from '../../../common/geometry.ts';
import type { Split } from '../../../common/document/records.ts';
import { AppError } from '../../../common/errors.ts';
import { rleOf } from '../../../common/rle.ts';
import type { Runs } from '../../../common/runs.ts';
import type {
  DatasetFile,
  DatasetToWrite,
  FoundClass,
  FoundDataset,
  FoundTarget,
  ImageToWrite,
  ReadContext,
} from '../dataset/dataset.ts';
import { datasetFormat } from '../dataset/dataset-format.ts';
import { type FileTree } from '../dataset/file-tree.ts';
import { withoutEnding } from '../match-images.ts';
import { jsonFilesIn } from '../dataset/json-file.ts';
import { noteSharedNames } from '../dataset/class-names.ts';
import { boxOutline, ellipseOutline, filledOutline, type ShapeTold } from '../dataset/outline.ts';
import { targetOrLoss } from '../dataset/import-dataset.ts';
import type { LossList } from '../format.ts';
import { isObject } from '../is-object.ts';
import { attributesToKeep, ownOfTarget, readOwnFacts } from '../own-attributes.ts';
import {
  ownClassFacts,
  ownFacts,
  ownKey,
  ownOfClass,
  ownOfImage,
  readOwnOfClass,
  readOwnOfImage,
} from '../own-facts.ts';
import { asWritten } from '../parse-json.ts';
import { cutAtBorder, decodeSegmentation } from '../segmentation.ts';
import { grouped } from '../../../common/grouped.ts';

export const datumaro = datasetFormat({
  id: 'datumaro',
  label: 'Datumaro',
  description:
    'annotations/*.json with masks to the pixel and attributes, and the pictures, in a folder or .zip.',
  endings: ['zip', 'json'],
  accounts: [...ownFacts, ...ownClassFacts],
  writer: { pictureName, files },
  read,
});

/** What Datumaro calls the one part of a data set that has none. */
const onlySubset = 'default';

function pictureName({ name, split }: ImageToWrite): string {
  return `images/${split ?? onlySubset}/${name}`;
}

async function* files(set: DatasetToWrite): AsyncGenerator<DatasetFile> {
  const labels = set.classes.map(({ name, ...own }) => ({
    ...{ name, parent: '', attributes: [] },
    ...ownOfClass(own),
  }));
  const subsets = grouped(set.images, ({ split }) => split ?? onlySubset);
  for (const [subset, images] of subsets) {
    const items = images.map((image) => ({
      id: withoutEnding(image.name),
      annotations: image.targets.map(({ record, mask, classIndex }, index) => ({
        id: index + 1,
        type: 'mask',
        attributes: {
          ...record.attributes,
          ...(record.score === null ? {} : { score: record.score }),
          ...(record.crowd ? { is_crowd: true } : {}),
        },
        group: index + 1,
        label_id: classIndex,
        z_order: index,
        rle: rleOf(mask),
        ...ownOfTarget(record),
      })),
      attr: {},
      ...ownOfImage(image.record, { isSplit: image.split !== null }),
      image: { path: image.name, size: [image.record.height, image.record.width] },
    }));
    const file = { info: {}, categories: { label: { labels, attributes: [] } }, items };
    yield { name: `annotations/${subset}.json`, data: JSON.stringify(file) };
  }
}

async function read(tree: FileTree, { losses, signal, withEnding }: ReadContext): Promise<FoundDataset> {
  const classes = new Map<string, FoundClass>();
  const images = [];
  let isAny = false;
  for await (const { file, value } of jsonFilesIn(tree, { losses, signal })) {
    if (!isObject(value) || !Array.isArray(value['items'])) continue;
    isAny = true;
    const labels = labelsOf(value);
    const names = labels.map(({ name }) => name);
    noteSharedNames(names, losses);
    for (const label of labels) classes.set(label.name, label);
    const subset = withoutEnding(file.split('/').at(-1) ?? '');
    const split = (['train', 'val', 'test'] as const).find((part) => part === subset) ?? null;
    for (const [index, item] of value['items'].entries()) {
      const found = itemOf(item, split, withEnding);
      if (!found || !isObject(item))
        losses.add('Images left out: they have no id', `item ${index} of ${file}`);
      else {
        const annotations: readonly unknown[] = Array.isArray(item['annotations']) ? item['annotations'] : [];
        const id = asWritten(item['id']);
        if (!Array.isArray(item['annotations']) && (item['annotations'] ?? null) !== null)
          losses.add('Annotations of an image left out: they are no list', `item ${id}`);
        if (isObject(item['attr']) && Object.keys(item['attr']).length > 0)
          losses.add('Attributes of images: not imported', `item ${id}: ${asWritten(item['attr'])}`);
        noteGroups(annotations, `item ${id}`, losses);
        images.push({
          ...found,
          facts: readOwnOfImage(item, losses, found.wanted.name),
          targets: (size: Size) =>
            // What lies on top comes last, as everywhere here.
            [...annotations.entries()]
              .toSorted(([, a], [, b]) => heightOf(a) - heightOf(b))
              .flatMap(
                ([at, each]) => targetOf(each, `annotation ${at} of ${id}`, { names, size, losses }) ?? [],
              ),
        });
      }
    }
  }
  if (!isAny) throw new AppError('bad-file', 'This is no Datumaro data set: no JSON file in it has "items".');
  return { classes: [...classes.values()], images };
}

function heightOf(annotation: unknown): number {
  const height = isObject(annotation) ? annotation['z_order'] : 0;
  return typeof height === 'number' && Number.isFinite(height) ? height : 0;
}

function labelsOf(file: Readonly<Record<string, unknown>>): FoundClass[] {
  const categories = isObject(file['categories']) ? file['categories'] : {};
  const label = isObject(categories['label']) ? categories['label'] : {};
  const labels: readonly unknown[] = Array.isArray(label['labels']) ? label['labels'] : [];
  return labels.map((each, index) =>
    isObject(each) && typeof each['name'] === 'string'
      ? { name: each['name'], ...readOwnOfClass(each) }
      : { name: `class ${index}` },
  );
}

function itemOf(item: unknown, split: Split | null, withEnding: (path: string) => string) {
  if (!isObject(item)) return null;
  const image = isObject(item['image']) ? item['image'] : isObject(item['media']) ? item['media'] : {};
  const id =
    typeof item['id'] === 'string' || typeof item['id'] === 'number' || typeof item['id'] === 'bigint'
      ? String(item['id'])
      : '';
  const path =
    typeof image['path'] === 'string' && image['path'] !== ''
      ? image['path']
      : id === ''
        ? ''
        : withEnding(id);
  if (path === '') return null;
  const sides: readonly unknown[] = Array.isArray(image['size']) ? image['size'] : [];
  const [height, width] = sides;
  const size = typeof width === 'number' && typeof height === 'number' ? { width, height } : null;
  return { wanted: { name: path, size, sha256: null }, split };
}

function targetOf(
  value: unknown,
  where: string,
  {
    names,
    size,
    losses,
  }: { readonly names: readonly string[]; readonly size: Size; readonly losses: LossList },
): FoundTarget | null {
  if (!isObject(value)) {
    losses.add('Targets left out: they are no records', where);
    return null;
  }
  const { type } = value;
  if (type !== 'mask' && type !== 'polygon' && type !== 'bbox' && type !== 'ellipse') {
    losses.add('Annotations left out: they enclose nothing', `${where}, ${asWritten(type)}`);
    return null;
  }
  if (type === 'bbox') losses.add('Boxes: imported as filled rectangles', where);
  return targetOrLoss(losses, where, () => {
    const number = Number(value['label_id'] ?? Number.NaN);
    const label = Number.isInteger(number) && number >= 0 ? (names[number] ?? `class ${number}`) : null;
    if (label === null) losses.add('Targets imported without a class: they have no label', where);
    const {
      score = null,
      is_crowd: crowd,
      ...attributes
    } = isObject(value['attributes']) ? value['attributes'] : {};
    const mask = maskOf(value, size, { where, losses });
    const own = readOwnFacts({ [ownKey]: value[ownKey], score, iscrowd: crowd }, losses, where);
    return {
      ...{ where, mask, className: label },
      ...own,
      attributes: attributesToKeep(attributes, losses, where),
    };
  });
}

/** @throws AppError as decodeSegmentation does */
function maskOf(value: Readonly<Record<string, unknown>>, size: Size, told: ShapeTold): Runs {
  switch (value['type']) {
    case 'bbox': {
      const [x, y, width, height] = fourOf(value['bbox']);
      return filledOutline(boxOutline([x, y, x + width, y + height]), size, told);
    }
    case 'ellipse': {
      // The corners of the box around it.
      const [left, top, right, bottom] = fourOf(value['points']);
      const outline = ellipseOutline(
        [(left + right) / 2, (top + bottom) / 2],
        [(right - left) / 2, (bottom - top) / 2],
      );
      return filledOutline(outline, size, told);
    }
    default: {
      const segmentation = value['type'] === 'mask' ? value['rle'] : [value['points']];
      const { mask, isCut } = decodeSegmentation(segmentation, size);
      if (isCut) told.losses.add(cutAtBorder, told.where);
      return mask;
    }
  }
}

/** There a group may be one thing of several parts, or several things that a person put together: nobody can say which. */
function noteGroups(annotations: readonly unknown[], where: string, losses: LossList): void {
  const seen = new Set<unknown>();
  for (const each of annotations) {
    const group = isObject(each) ? each['group'] : null;
    if (!group) continue;
    if (seen.has(group))
      losses.add('Groups of annotations: each is a target of its own', `${where}, group ${asWritten(group)}`);
    seen.add(group);
  }
}

function fourOf(value: unknown): [number, number, number, number] {
  const numbers: readonly unknown[] = Array.isArray(value) ? value : [];
  if (numbers.length !== 4 || numbers.some((each) => typeof each !== 'number' || !Number.isFinite(each)))
    throw new AppError('bad-polygon', `Its box is ${asWritten(value)}.`);
  return numbers as [number, number, number, number]; // four numbers, just seen
}
