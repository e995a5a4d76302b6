import type { Size } from '../../../common/geometry.ts';
import { AppError } from '../../../common/errors.ts';
import { rleOf } from '../../../common/rle.ts';
import { areaOf, boxOf } from '../../../common/runs.ts';
import type {
  DatasetFile,
  DatasetToWrite,
  FoundClass,
  FoundDataset,
  FoundTarget,
  ReadContext,
} from '../dataset/dataset.ts';
import { datasetFormat } from '../dataset/dataset-format.ts';
import type { FileTree } from '../dataset/file-tree.ts';
import { targetOrLoss } from '../dataset/import-dataset.ts';
import { jsonFilesIn } from '../dataset/json-file.ts';
import { noteSharedNames } from '../dataset/class-names.ts';
import type { LossList } from '../format.ts';
import { isObject } from '../is-object.ts';
import { createFieldNotes } from '../other-fields.ts';
import { attributesOf, readOwnFacts } from '../own-attributes.ts';
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
import { ById, idOf, shownId } from '../written-ids.ts';
import { grouped } from '../../../common/grouped.ts';

export const lvis = datasetFormat({
  id: 'lvis',
  label: 'LVIS',
  description:
    'lvis.json (one for each part of a split) as the lvis package reads it, and the pictures, in a folder or .zip. Files of LVIS past 256 MB: import them as COCO.',
  endings: ['zip', 'json'],
  accounts: [...ownFacts, ...ownClassFacts],
  writer: { pictureName: ({ name, split }) => `${split ?? 'images'}/${name}`, files },
  read,
});

/** The measure weighs classes by how many images show them: rare up to 10, common up to 100, frequent beyond. */
function frequencyOf(images: number): 'r' | 'c' | 'f' {
  return images <= 10 ? 'r' : images <= 100 ? 'c' : 'f';
}

async function* files(set: DatasetToWrite): AsyncGenerator<DatasetFile> {
  const parts = grouped(set.images, ({ split }) => (split === null ? 'lvis' : `lvis_${split}`));
  for (const [part, images] of parts) {
    set.signal.throwIfAborted();
    const counts = set.classes.map(() => ({ images: new Set<number>(), targets: 0 }));
    const annotations: object[] = [];
    for (const image of images) {
      for (const { record, classIndex, mask } of image.targets) {
        counts[classIndex]?.images.add(image.number);
        const count = counts[classIndex];
        if (count) count.targets++;
        annotations.push({
          ...{ id: annotations.length + 1, image_id: image.number, category_id: classIndex + 1 },
          ...{ segmentation: rleOf(mask), area: areaOf(mask), bbox: boxOf(mask) },
          ...(record.score === null ? {} : { score: record.score }),
          ...attributesOf(record),
        });
      }
    }
    const categories = set.classes.map(({ name, ...own }, index) => {
      const images_ = counts[index]?.images.size ?? 0;
      return {
        ...{ id: index + 1, name, synset: '', synonyms: [name], def: '' },
        ...{
          frequency: frequencyOf(images_),
          image_count: images_,
          instance_count: counts[index]?.targets ?? 0,
        },
        ...ownOfClass(own),
      };
    });
    const listed = images.map(({ number, name, record, split }) => ({
      ...{ id: number, file_name: name, coco_url: '', width: record.width, height: record.height },
      // Nobody said which classes an image certainly lacks: detections of others are then not counted.
      ...{
        license: 0,
        flickr_url: '',
        date_captured: '',
        neg_category_ids: [],
        not_exhaustive_category_ids: [],
      },
      ...ownOfImage(record, { isSplit: split !== null }),
    }));
    const about = {
      year: new Date().getUTCFullYear(),
      version: '1.0',
      description: set.name,
      contributor: '',
      url: '',
      date_created: '',
    };
    yield {
      name: `${part}.json`,
      data: JSON.stringify({ info: about, licenses: [], categories, images: listed, annotations }),
    };
  }
}

const known = {
  images: new Set(['id', 'file_name', 'coco_url', 'width', 'height', 'license', ownKey]),
  categories: new Set(['id', 'name', 'image_count', 'instance_count', 'frequency', ownKey]),
  annotations: new Set([
    ...['id', 'image_id', 'category_id', 'segmentation', 'area', 'bbox', 'score', 'attributes', 'iscrowd'],
    ownKey,
  ]),
};

async function read(tree: FileTree, { losses, signal }: ReadContext): Promise<FoundDataset> {
  const classes = new Map<string, FoundClass>();
  const images = [];
  let isAny = false;
  for await (const { file, value } of jsonFilesIn(tree, { losses, signal })) {
    if (!isObject(value) || !Array.isArray(value['images']) || !Array.isArray(value['annotations'])) continue;
    isAny = true;
    const names = new ById<string>();
    const own: string[] = [];
    for (const each of listOf(
      value['categories'],
      sayingMore(createFieldNotes(losses, 'categories', known.categories)),
    )) {
      const id = idOf(each['id']);
      if (id === null || typeof each['name'] !== 'string') {
        losses.add('Categories left out: they have no id or no name', asWritten(each));
        continue;
      }
      if (!names.add(id, each['name'])) {
        losses.add('Categories left out: their id is used twice', `category ${shownId(id)}, ${each['name']}`);
        continue;
      }
      own.push(each['name']);
      classes.set(each['name'], { name: each['name'], ...readOwnOfClass(each) });
    }
    noteSharedNames(own, losses);
    const byImage = new ById<Readonly<Record<string, unknown>>[]>();
    const targets = listOf(value['annotations'], createFieldNotes(losses, 'targets', known.annotations));
    noteOthers(value['annotations'], 'Targets left out: they are no records', losses);
    noteOthers(value['images'], 'Images left out: they are no records', losses);
    for (const each of targets) {
      const id = idOf(each['image_id']) ?? '';
      const group = byImage.get(id)?.value;
      if (group) group.push(each);
      else byImage.add(id, [each]);
    }
    const [, split = null] = /_(train|val|test)(?:\d*)\.json$/u.exec(file) ?? [];
    const ids = new ById<string>();
    for (const image of listOf(value['images'], createFieldNotes(losses, 'images', known.images))) {
      const { width, height } = image;
      const name = image['file_name'] ?? image['coco_url'];
      if (typeof name !== 'string' || name === '') {
        losses.add('Images left out: they have no file name', `image ${asWritten(image['id'])}`);
        continue;
      }
      if (!ids.add(idOf(image['id']) ?? '', name)) {
        losses.add('Images left out: their id is used twice', `image ${asWritten(image['id'])}, ${name}`);
        continue;
      }
      const size = typeof width === 'number' && typeof height === 'number' ? { width, height } : null;
      const annotations = byImage.get(idOf(image['id']))?.value ?? [];
      images.push({
        wanted: { name, size, sha256: null },
        // Holds: the pattern names the three parts.
        split: split as 'train' | 'val' | 'test' | null,
        facts: readOwnOfImage(image, losses, name),
        targets: (found: Size) => annotations.flatMap((each) => targetOf(each, names, found, losses) ?? []),
      });
    }
    for (const { id, image_id: image } of targets)
      if (!ids.get(idOf(image) ?? ''))
        losses.add(
          'Targets left out: their image is not in the file',
          `annotation ${asWritten(id)}, image ${asWritten(image)}`,
        );
  }
  if (!isAny)
    throw new AppError(
      'bad-file',
      'This is no LVIS data set: no JSON file in it has "images" and "annotations".',
    );
  return { classes: [...classes.values()], images };
}

/** Says of what stands in a list of records and is none. */
function noteOthers(list: unknown, what: string, losses: LossList): void {
  const entries: readonly unknown[] = Array.isArray(list) ? list : [];
  for (const [index, each] of entries.entries()) if (!isObject(each)) losses.add(what, `entry ${index}`);
}

/** A class whose only synonym is its name has none. */
function sayingMore(
  note: (record: Readonly<Record<string, unknown>>) => void,
): (record: Readonly<Record<string, unknown>>) => void {
  return ({ synonyms, ...record }) => {
    const isName = Array.isArray(synonyms) && synonyms.every((each) => each === record['name']);
    note(isName ? record : { ...record, synonyms });
  };
}

function listOf(
  value: unknown,
  note: (record: Readonly<Record<string, unknown>>) => void,
): Readonly<Record<string, unknown>>[] {
  const records = (Array.isArray(value) ? value : []).filter(isObject);
  for (const record of records) note(record);
  return records;
}

function targetOf(
  annotation: Readonly<Record<string, unknown>>,
  names: ById<string>,
  size: Size,
  losses: LossList,
): FoundTarget | null {
  const id = idOf(annotation['id']);
  const where = `annotation ${id === null ? 'without id' : shownId(id)}`;
  return targetOrLoss(losses, where, () => {
    const className = names.get(idOf(annotation['category_id']))?.value ?? null;
    if (className === null)
      losses.add('Targets imported without a category: theirs is not in the file', where);
    const { mask, damagedParts, isCut } = decodeSegmentation(annotation['segmentation'], size);
    for (const problem of damagedParts)
      losses.add('Parts of polygons left out: they are damaged', `${where}: ${problem}`);
    if (isCut) losses.add(cutAtBorder, where);
    return { where, className, mask, ...readOwnFacts(annotation, losses, where) };
  });
}
