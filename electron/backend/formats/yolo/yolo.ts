import type { Split } from '../../../common/document/records.ts';
import type { Size } from '../../../common/geometry.ts';
import { AppError } from '../../../common/errors.ts';
import { shortened } from '../../../common/limits.ts';
import { areaOf } from '../../../common/runs.ts';
import type {
  DatasetFile,
  DatasetToWrite,
  FoundDataset,
  FoundTarget,
  ImageToWrite,
  ReadContext,
} from '../dataset/dataset.ts';
import { datasetFormat } from '../dataset/dataset-format.ts';
import { parseYaml, yamlOf } from '../yaml.ts';
import { noteSharedNames } from '../dataset/class-names.ts';
import { textOf, withoutEnding, type FileTree } from '../dataset/file-tree.ts';
import { filledOutline } from '../dataset/outline.ts';
import { targetOrLoss } from '../dataset/import-dataset.ts';
import type { LossList } from '../format.ts';
import { isObject } from '../is-object.ts';
import { holesOption, polygonsOf, simplifyOption, type HoleLoss, type PartPolicy } from '../mask-polygons.ts';
import { changedPixels } from '../segmentation.ts';

export const yoloSeg = datasetFormat({
  id: 'yolo-seg',
  label: 'YOLO segmentation',
  description:
    'A folder (or .zip) with data.yaml, images and a text file of polygons for each, as Ultralytics trains on. Polygons alone: holes and parts are joined or told.',
  endings: ['zip'],
  accounts: [],
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
  read,
});

function pictureName({ name, split }: ImageToWrite): string {
  return `images/${split ?? 'train'}/${name}`;
}

async function* files(set: DatasetToWrite): AsyncGenerator<DatasetFile> {
  const splits = new Set(set.images.map(({ split }) => split ?? 'train'));
  const names = Object.fromEntries(set.classes.map(({ name }, index) => [index, name]));
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

async function read(tree: FileTree, { losses, signal, withEnding }: ReadContext): Promise<FoundDataset> {
  const yaml = tree.names.filter((name) => /(?:^|\/)[^/]*\.ya?ml$/iu.test(name));
  const names = (await namesOf(tree, yaml)) ?? (await namesOfText(tree));
  const labels = tree.names.filter(
    (name) => /\.txt$/iu.test(name) && !/(?:^|\/)(?:classes|train|val|test|readme[^/]*)\.txt$/iu.test(name),
  );
  if (labels.length === 0)
    throw new AppError('bad-file', 'This is no YOLO data set: it has no text files of labels.');
  const pictures = new Map(
    tree.names
      .filter((name) => !/\.(?:txt|ya?ml|cache)$/iu.test(name))
      .map((name) => [withoutEnding(name), name]),
  );
  const used = new Set<number>();
  const images = [];
  for (const label of labels) {
    signal.throwIfAborted();
    const text = (await textOf(tree, label)) ?? '';
    const rows = text.split(/\r?\n/u).map((row) => row.trim());
    for (const row of rows) if (row !== '') used.add(Number(row.split(/\s+/u)[0]));
    const stem = withoutEnding(label);
    const beside = pictures.get(stem.replace(/(^|\/)labels\//u, '$1images/')) ?? pictures.get(stem);
    const { split, path } = placeOf(stem);
    const name = beside
      ? placeOf(withoutEnding(beside)).path + beside.slice(withoutEnding(beside).length)
      : withEnding(path);
    images.push({
      wanted: { name, size: null, sha256: null },
      split,
      targets: (size: Size) =>
        rows.flatMap((row, at) =>
          row === '' ? [] : (readRow(row, `row ${at + 1} of ${label}`, { size, names, losses }) ?? []),
        ),
    });
  }
  const known = names ?? [];
  noteSharedNames(
    known.flatMap((name) => name ?? []),
    losses,
  );
  // Numbers that nobody names and no row uses are no classes.
  const numbers = new Set([...known.keys()].filter((number) => known[number] !== undefined));
  for (const number of used)
    if (Number.isInteger(number) && number >= 0 && number < mostClasses) numbers.add(number);
  return {
    classes: [...numbers]
      .toSorted((a, b) => a - b)
      .map((number) => ({ name: known[number] ?? `class ${number}` })),
    images,
  };
}

/** A number beyond is no class. */
const mostClasses = 100_000;

/** The part of the data set and the path inside it: "labels/train/cam1/a" is "cam1/a" of the training part. */
function placeOf(stem: string): { readonly split: Split | null; readonly path: string } {
  const parts = stem.split('/');
  const at = parts.findIndex((part) => part === 'labels' || part === 'images');
  const inside = at < 0 ? parts : [...parts.slice(0, at), ...parts.slice(at + 1)];
  const folders = inside.slice(0, -1);
  const split = folders.findIndex((part) => ['train', 'val', 'valid', 'test'].includes(part));
  const found = split < 0 ? null : (folders[split] as string);
  const path = inside
    .filter((_, index) => split < 0 || index !== split)
    .slice(split < 0 ? 0 : split)
    .join('/');
  // Holds: it is one of the four above.
  return { split: found === 'valid' ? 'val' : (found as Split | null), path };
}

/** What a list of names says of each number; nothing of a number that it leaves out. */
type ClassNames = readonly (string | undefined)[];

function nameOf(value: unknown, number: number): string {
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  const name = isPlain ? String(value) : '';
  return name.trim() === '' ? `class ${number}` : name;
}

async function namesOf(tree: FileTree, files: readonly string[]): Promise<ClassNames | null> {
  for (const file of files) {
    const text = await textOf(tree, file);
    let value: unknown;
    try {
      value = await parseYaml(text ?? '');
    } catch (error) {
      const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
      throw new AppError('bad-file', `${file} is no YAML: ${reason}`, { file });
    }
    const names = isObject(value) ? value['names'] : null;
    if (Array.isArray(names)) return names.map(nameOf);
    if (isObject(names)) {
      const list: (string | undefined)[] = [];
      for (const [key, name] of Object.entries(names))
        if (/^\d{1,5}$/u.test(key)) list[Number(key)] = nameOf(name, Number(key));
      return Array.from(list);
    }
  }
  return null;
}

/** Older tools write a list of names. */
async function namesOfText(tree: FileTree): Promise<string[] | null> {
  const file = tree.names.find((name) => /(?:^|\/)classes\.txt$/iu.test(name));
  const text = file === undefined ? null : await textOf(tree, file);
  return text === null
    ? null
    : text
        .split(/\r?\n/u)
        .map((line) => line.trim())
        .filter((line) => line !== '');
}

function readRow(
  row: string,
  where: string,
  {
    size,
    names,
    losses,
  }: { readonly size: Size; readonly names: ClassNames | null; readonly losses: LossList },
): FoundTarget | null {
  return targetOrLoss(losses, where, () => {
    const words = row.split(/\s+/u);
    const [index = Number.NaN, ...numbers] = words.map(Number);
    if (!Number.isInteger(index) || index < 0 || index >= mostClasses)
      throw new AppError(
        'bad-polygon',
        `It begins with "${shortened(words[0] ?? '', 40)}", which is no class.`,
      );
    const at = numbers.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) {
      const written = shortened(words[at + 1] ?? '', 40);
      throw new AppError('bad-polygon', `Number ${at + 1} after the class is written "${written}".`);
    }
    const isBox = numbers.length === 4;
    if (!isBox && (numbers.length < 6 || numbers.length % 2 === 1))
      throw new AppError(
        'bad-polygon',
        `It has ${numbers.length} numbers after the class: neither a box (4) nor a polygon (6, 8, ...).`,
      );
    if (numbers.some((value) => value > 1.01 || value < -0.01))
      throw new AppError('bad-polygon', 'Its numbers are not shares of the image from 0 to 1.');
    if (isBox) losses.add('Boxes: imported as filled rectangles', where);
    if (names !== null && names[index] === undefined)
      losses.add(
        'Classes that the list of names does not have: called by their number',
        `${where}, class ${index}`,
      );
    const ring = (isBox ? boxRing(numbers) : numbers).map((value, place) =>
      rounded(value * (place % 2 === 0 ? size.width : size.height)),
    );
    return {
      where,
      className: names?.[index] ?? `class ${index}`,
      mask: filledOutline(ring, size, { where, losses }),
    };
  });
}

function boxRing(box: readonly number[]): number[] {
  const [x = 0, y = 0, width = 0, height = 0] = box;
  const [left, top, right, bottom] = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
  return [left, top, right, top, right, bottom, left, bottom];
}

/** Shares of the image are written with few digits: a pixel edge is meant where one is all but met. */
function rounded(value: number): number {
  const near = Math.round(value);
  return Math.abs(value - near) < 1e-3 ? near : value;
}
