import type { Size } from '../../../common/geometry.ts';
import { AppError } from '../../../common/errors.ts';
import { areaOf, boxOf, type Runs } from '../../../common/runs.ts';
import { encodePng } from '../../images/image-decoder.ts';
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
import { lastPart, withoutEnding } from '../match-images.ts';
import { jsonFilesIn } from '../dataset/json-file.ts';
import { noteSharedNames } from '../dataset/class-names.ts';
import { vocColour } from '../indexed-png.ts';
import { isObject } from '../is-object.ts';
import { coloursOf, masksOfNumbers, noteCovered, paintNumbers, visibleTargets } from '../label-maps.ts';
import { attributesOf, readOwnFacts } from '../own-attributes.ts';
import {
  ownClassFacts,
  ownFacts,
  ownOfClass,
  ownOfImage,
  readOwnOfClass,
  readOwnOfImage,
} from '../own-facts.ts';
import { asWritten } from '../parse-json.ts';
import { ById, idOf } from '../written-ids.ts';
import { grouped } from '../../../common/grouped.ts';

export const cocoPanoptic = datasetFormat({
  id: 'coco-panoptic',
  label: 'COCO panoptic',
  description:
    'panoptic.json and a PNG for each image whose colours are the numbers of its segments, in a folder or .zip. A pixel belongs to one segment: what lies on top wins.',
  endings: ['zip'],
  accounts: [...ownFacts, ...ownClassFacts],
  writer: { pictureName: ({ name, split }) => `images/${split ?? 'default'}/${name}`, files, carries },
  read,
});

async function* files(set: DatasetToWrite): AsyncGenerator<DatasetFile> {
  const categories = set.classes.map(({ name, supercategory, attributes }, index) => ({
    id: index + 1,
    name,
    supercategory,
    isthing: 1,
    color: vocColour((index % 254) + 1),
    ...ownOfClass({ supercategory: '', attributes }),
  }));
  // As COCO lays them out, and Datumaro looks for them.
  const parts = grouped(set.images, ({ split }) => `annotations/panoptic_${split ?? 'default'}`);
  for (const [part, images] of parts) {
    const annotations: object[] = [];
    for (const image of images) {
      set.signal.throwIfAborted();
      const visible = visibleTargets(image);
      noteCovered(image, visible, set.losses);
      const { width, height } = image.record;
      const numbers = paintNumbers(
        new Uint32Array(width * height),
        image.record,
        visible.map(({ mask }, index) => ({ mask, number: index + 1 })),
      );
      const data = new Uint8Array(width * height * 3);
      numbers.forEach((number, at) =>
        data.set([number & 255, (number >> 8) & 255, (number >> 16) & 255], 3 * at),
      );
      const file = `${withoutEnding(image.name)}.png`;
      yield { name: `${part}/${file}`, data: await encodePng({ width, height, channels: 3, data }) };
      const segments = visible.map(({ target, mask }, index) => ({
        ...{ id: index + 1, category_id: target.classIndex + 1, area: areaOf(mask), bbox: boxOf(mask) },
        iscrowd: target.record.crowd ? 1 : 0,
        ...attributesOf(target.record),
      }));
      annotations.push({ image_id: image.number, file_name: file, segments_info: segments });
    }
    const listed = images.map(({ number, name, record, split }) => ({
      id: number,
      file_name: name,
      width: record.width,
      height: record.height,
      ...ownOfImage(record, { isSplit: split !== null }),
    }));
    yield { name: `${part}.json`, data: JSON.stringify({ images: listed, annotations, categories }) };
  }
}

function carries(image: ImageToWrite): { className: string; mask: Runs }[] {
  return visibleTargets(image).map(({ target, mask }) => ({ className: target.className, mask }));
}

async function read(tree: FileTree, { losses, signal }: ReadContext): Promise<FoundDataset> {
  const classes = new Map<string, FoundClass>();
  const images = [];
  let isAny = false;
  // Endings in capitals are the same.
  const inSmall = (name: string): string => name.replace(/\.png$/iu, '.png');
  const byName = grouped(tree.names, (name) => inSmall(lastPart(name)));
  for await (const { file, value } of jsonFilesIn(tree, { losses, signal })) {
    const list = (key: string): readonly unknown[] =>
      isObject(value) && Array.isArray(value[key]) ? value[key] : [];
    const annotations = list('annotations').filter(
      (each) => isObject(each) && Array.isArray(each['segments_info']),
    );
    if (annotations.length === 0) continue;
    isAny = true;
    for (const [index, each] of list('annotations').entries())
      if (!annotations.includes(each))
        losses.add('Images left out: their record names no segments', `entry ${index} of ${file}`);
    const names = new ById<string>();
    const own: string[] = [];
    for (const each of list('categories')) {
      const id = isObject(each) ? idOf(each['id']) : null;
      if (!isObject(each) || id === null || typeof each['name'] !== 'string') {
        losses.add('Categories left out: they have no id or no name', asWritten(each));
        continue;
      }
      if (!names.add(id, each['name'])) {
        losses.add('Categories left out: their id is used twice', asWritten(each));
        continue;
      }
      own.push(each['name']);
      const { supercategory } = each;
      classes.set(each['name'], {
        ...readOwnOfClass(each),
        name: each['name'],
        supercategory: typeof supercategory === 'string' ? supercategory : '',
      });
    }
    noteSharedNames(own, losses);
    const entries = new ById<Readonly<Record<string, unknown>>>();
    for (const each of list('images')) {
      const id = isObject(each) ? idOf(each['id']) : null;
      if (isObject(each) && id !== null) entries.add(id, each);
    }
    const folder = withoutEnding(file);
    const [, split = null] = /_(train|val|test)(?:\d*)$/u.exec(folder) ?? [];
    for (const each of annotations) {
      // Holds: they were looked at above.
      const annotation = each as Readonly<Record<string, unknown>>;
      const entry = entries.get(idOf(annotation['image_id']))?.value;
      const [name, png] = [entry?.['file_name'], annotation['file_name']];
      if (!entry || typeof name !== 'string' || typeof png !== 'string') {
        losses.add('Images left out: they are not in the file', `image ${asWritten(annotation['image_id'])}`);
        continue;
      }
      const { width, height } = entry;
      const size = typeof width === 'number' && typeof height === 'number' ? { width, height } : null;
      images.push({
        wanted: { name, size, sha256: null },
        // Holds: the pattern names the three parts.
        split: split as 'train' | 'val' | 'test' | null,
        facts: readOwnOfImage(entry, losses, name),
        targets: async (found: Size): Promise<FoundTarget[]> => {
          signal.throwIfAborted();
          const beside = `${folder}/${png}`;
          const named = byName.get(inSmall(lastPart(png))) ?? [];
          const elsewhere = named.find((each) => inSmall(each).endsWith(`/${inSmall(png)}`)) ?? beside;
          const path = named.find((each) => inSmall(each) === inSmall(beside)) ?? elsewhere;
          const data = await tree.read(path);
          if (!data) {
            losses.add('Images left out: the PNG of their segments is not there', path);
            return [];
          }
          try {
            return targetsOf(annotation, masksOfNumbers(await coloursOf(data, path, found), found), {
              names,
              image: name,
              losses,
            });
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            losses.add('Targets of an image left out: its label picture cannot be read', error.message);
            return [];
          }
        },
      });
    }
  }
  if (!isAny)
    throw new AppError(
      'bad-file',
      'This is no COCO panoptic data set: no JSON file in it has annotations with "segments_info".',
    );
  return { classes: [...classes.values()], images };
}

function targetsOf(
  annotation: Readonly<Record<string, unknown>>,
  masks: ReadonlyMap<number, Runs>,
  {
    names,
    image,
    losses,
  }: { readonly names: ById<string>; readonly image: string; readonly losses: ReadContext['losses'] },
): FoundTarget[] {
  const segments: readonly unknown[] = Array.isArray(annotation['segments_info'])
    ? annotation['segments_info']
    : [];
  const known = new Set<number>();
  const targets = segments.flatMap((segment): FoundTarget[] => {
    const number = isObject(segment) ? Number(segment['id']) : Number.NaN;
    const mask = masks.get(number);
    const where = `segment ${isObject(segment) ? asWritten(segment['id']) : 'without record'} of ${image}`;
    if (!isObject(segment) || !mask) {
      losses.add('Targets left out: no pixel has their number', where);
      return [];
    }
    known.add(number);
    const className = names.get(idOf(segment['category_id']))?.value ?? null;
    if (className === null)
      losses.add('Targets imported without a category: theirs is not in the file', where);
    return [{ where, className, mask, ...readOwnFacts(segment, losses, where) }];
  });
  for (const number of masks.keys())
    if (number !== 0 && !known.has(number))
      losses.add('Segments of the PNG that the file does not name', `number ${number} of ${image}`);
  return targets;
}
