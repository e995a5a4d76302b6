import type { Split } from '../../../common/document/records.ts';
import { AppError } from '../../../common/errors.ts';
import type { Size } from '../../../common/geometry.ts';
import type { Runs } from '../../../common/runs.ts';
import { differenceOf, intersectionOf } from '../../../common/mask-algebra.ts';
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
import { textOf, withoutEnding, type FileTree } from '../dataset/file-tree.ts';
import type { LossList } from '../format.ts';
import { indexedPng, vocColour } from '../indexed-png.ts';
import {
  coloursOf,
  masksOfNumbers,
  noteCovered,
  paintNumbers,
  visibleTargets,
  type VisibleTarget,
} from '../label-maps.ts';
import { addTo } from '../../../common/grouped.ts';

export const voc = datasetFormat({
  id: 'voc',
  label: 'Pascal VOC segmentation',
  description:
    'A folder (or .zip) with JPEGImages, SegmentationClass, SegmentationObject (indexed PNG) and labelmap.txt. A pixel has one number: what lies on top wins.',
  endings: ['zip'],
  accounts: [],
  writer: { pictureName: ({ name }) => `JPEGImages/${name}`, files, carries },
  read,
});

/** 0 is the background, 255 the void of VOC. */
const mostNumbers = 254;

const palette = Array.from({ length: 256 }, (_, index) =>
  index === 255 ? ([224, 224, 192] as const) : vocColour(index),
);

function kept(visible: readonly VisibleTarget[]): VisibleTarget[] {
  return visible.filter(({ target }) => target.classIndex < mostNumbers).slice(0, mostNumbers);
}

async function* files(set: DatasetToWrite): AsyncGenerator<DatasetFile> {
  const names = ['background', ...set.classes.map(({ name }) => name)].slice(0, mostNumbers + 1);
  for (const { name } of set.classes.slice(mostNumbers))
    set.losses.add(`Classes left out: a PNG of 8 bits has ${mostNumbers}`, name);
  const lines = names.map((name, index) => `${labelName(name)}:${(palette[index] ?? [0, 0, 0]).join(',')}::`);
  yield { name: 'labelmap.txt', data: `# label:color_rgb:parts:actions\n${lines.join('\n')}\n` };
  const parts = new Map<string, string[]>();
  for (const image of set.images) {
    set.signal.throwIfAborted();
    const all = visibleTargets(image);
    const visible = kept(all);
    noteCovered(image, all, set.losses);
    for (const { target } of all.slice(mostNumbers))
      set.losses.add(`Targets left out: a PNG of 8 bits has ${mostNumbers}`, target.where);
    const stem = withoutEnding(image.name);
    const pixels = image.record.width * image.record.height;
    const classes = paintNumbers(
      new Uint8Array(pixels),
      image.record,
      visible.map(({ target, mask }) => ({ mask, number: target.classIndex + 1 })),
    );
    const objects = paintNumbers(
      new Uint8Array(pixels),
      image.record,
      visible.map(({ mask }, index) => ({ mask, number: index + 1 })),
    );
    yield { name: `SegmentationClass/${stem}.png`, data: indexedPng(classes, image.record, palette) };
    yield { name: `SegmentationObject/${stem}.png`, data: indexedPng(objects, image.record, palette) };
    const part = image.split ?? 'train';
    addTo(parts, part, stem);
  }
  for (const [part, stems] of parts)
    yield { name: `ImageSets/Segmentation/${part}.txt`, data: `${stems.join('\n')}\n` };
}

/** A colon or a new line would end the name in labelmap.txt. */
function labelName(name: string): string {
  return name.replaceAll(/[:\r\n]/gu, ' ');
}

function carries(image: ImageToWrite): { className: string; mask: Runs }[] {
  return kept(visibleTargets(image)).map(({ target, mask }) => ({
    className: labelName(target.className),
    mask,
  }));
}

async function read(tree: FileTree, { losses, signal, withEnding }: ReadContext): Promise<FoundDataset> {
  const sets = new Map<string, Map<string, LabelPictures>>();
  for (const name of tree.names) {
    const [, root = '', of, stem] = folders.exec(name) ?? [];
    if (stem === undefined) continue;
    const stems = sets.get(root) ?? new Map<string, LabelPictures>();
    sets.set(root, stems);
    stems.set(stem, { ...stems.get(stem), [of === 'Class' ? 'classes' : 'objects']: name });
  }
  if (sets.size === 0)
    throw new AppError(
      'bad-file',
      'This is no Pascal VOC data set: it has no PNG in SegmentationClass or SegmentationObject.',
    );
  // Several years may lie beside each other, each a set of its own.
  const found = [];
  for (const [root, stems] of sets)
    found.push(await readSet(tree, { root, stems }, { losses, signal, withEnding }));
  return {
    classes: [...new Set(found.flatMap(({ classes }) => classes))].map((name) => ({ name })),
    images: found.flatMap(({ images }) => images),
  };
}

/** Paths of the two label pictures of an image. */
interface LabelPictures {
  readonly classes?: string;
  readonly objects?: string;
}

const folders = /^(.*\/)?Segmentation(Class|Object)\/(.+)\.(?:png|PNG)$/u;

async function readSet(
  tree: FileTree,
  { root, stems }: { readonly root: string; readonly stems: ReadonlyMap<string, LabelPictures> },
  { losses, signal, withEnding }: ReadContext,
): Promise<{ readonly classes: readonly string[]; readonly images: FoundDataset['images'] }> {
  const labels = await labelsOf(tree, `${root}labelmap.txt`);
  const splits = await splitsOf(tree, `${root}ImageSets/Segmentation/`);
  const beside = `${root}JPEGImages/`;
  const pictures = new Map(
    tree.names
      .filter((name) => name.startsWith(beside))
      .map((name) => [withoutEnding(name.slice(beside.length)), name.slice(beside.length)]),
  );
  const images = [...stems].map(([stem, paths]) => ({
    wanted: { name: pictures.get(stem) ?? withEnding(stem), size: null, sha256: null },
    split: splits.get(stem) ?? null,
    targets: async (size: Size): Promise<FoundTarget[]> => {
      signal.throwIfAborted();
      try {
        return await targetsOf(tree, { stem, paths }, size, { labels, losses });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        losses.add('Targets of an image left out: its label picture cannot be read', error.message);
        return [];
      }
    },
  }));
  return { classes: labels.names.slice(1), images };
}

interface Labels {
  readonly names: readonly string[];
  /** Colour as R + 256 G + 65536 B -> index. */
  readonly byColour: ReadonlyMap<number, number>;
}

async function targetsOf(
  tree: FileTree,
  { stem, paths }: { readonly stem: string; readonly paths: LabelPictures },
  size: Size,
  { labels, losses }: { readonly labels: Labels; readonly losses: LossList },
): Promise<FoundTarget[]> {
  const load = async (path: string | undefined): Promise<Map<number, Runs> | null> => {
    const data = path === undefined ? null : await tree.read(path);
    return data && path !== undefined ? masksOfNumbers(await coloursOf(data, path, size), size) : null;
  };
  const [classes, objects] = [await load(paths.classes), await load(paths.objects)];
  const indexOf = (colour: number): number =>
    labels.byColour.get(colour) ?? (colour % 257 === 0 && colour < 65_536 * 256 ? colour & 255 : -1);
  const nameOf = (colour: number): string => labels.names[indexOf(colour)] ?? `class ${indexOf(colour)}`;
  const targets: FoundTarget[] = [];
  for (const [colour, mask] of objects ?? classes ?? []) {
    if (colour === 0) continue;
    const where = `colour ${colour & 255},${(colour >> 8) & 255},${colour >> 16} of ${stem}.png`;
    if (colour === voidColour) {
      losses.add('Pixels to be ignored: left out', where);
      continue;
    }
    const className = objects && classes ? mostOf(mask, classes, nameOf) : objects ? null : nameOf(colour);
    if (className === null) losses.add('Targets imported without a class: none lies under them', where);
    targets.push({ where, className, mask });
  }
  if (objects && classes)
    for (const [colour, mask] of classes) {
      if (colour === 0 || colour === voidColour) continue;
      const left = areaOf(targets.reduce((rest, target) => differenceOf(rest, target.mask), mask));
      if (left > 0)
        losses.add(
          'Pixels of a class that belong to no object: left out',
          `${left} of ${nameOf(colour)} in ${stem}.png`,
        );
    }
  return targets;
}

/** As R + 256 G + 65536 B. */
const voidColour = 224 + 256 * 224 + 65_536 * 192;

/** The class under most of an object's pixels. */
function mostOf(
  mask: Runs,
  classes: ReadonlyMap<number, Runs>,
  nameOf: (colour: number) => string,
): string | null {
  let [best, most]: [string | null, number] = [null, 0];
  for (const [colour, of] of classes) {
    if (colour === 0) continue;
    const shared = areaOf(intersectionOf(mask, of));
    if (shared > most) [best, most] = [nameOf(colour), shared];
  }
  return best;
}

async function labelsOf(tree: FileTree, file: string): Promise<Labels> {
  const text = await textOf(tree, file);
  const byColour = new Map<number, number>();
  const names: string[] = [];
  const lines = (text ?? '').split(/\r?\n/u).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  lines.forEach((line, index) => {
    const [name = '', colour = ''] = line.split(':');
    const [r, g, b] = colour.split(',').map(Number);
    names.push(name.trim());
    const known = r !== undefined && g !== undefined && b !== undefined && [r, g, b].every(Number.isInteger);
    const [red, green, blue] = known ? [r, g, b] : vocColour(index);
    byColour.set(red + 256 * green + 65_536 * blue, index);
  });
  if (lines.length === 0) {
    vocNames.forEach((name, index) => {
      const [red, green, blue] = vocColour(index);
      names.push(name);
      byColour.set(red + 256 * green + 65_536 * blue, index);
    });
  }
  return { names, byColour };
}

/** The classes of the challenge itself, for data sets without a labelmap.txt. */
const vocNames = [
  ...[
    'background',
    'aeroplane',
    'bicycle',
    'bird',
    'boat',
    'bottle',
    'bus',
    'car',
    'cat',
    'chair',
    'cow',
    'diningtable',
  ],
  ...['dog', 'horse', 'motorbike', 'person', 'pottedplant', 'sheep', 'sofa', 'train', 'tvmonitor'],
];

async function splitsOf(tree: FileTree, folder: string): Promise<Map<string, Split>> {
  const splits = new Map<string, Split>();
  for (const part of ['train', 'val', 'test'] as const) {
    const text = await textOf(tree, `${folder}${part}.txt`);
    for (const line of (text ?? '').split(/\r?\n/u)) if (line.trim() !== '') splits.set(line.trim(), part);
  }
  return splits;
}
