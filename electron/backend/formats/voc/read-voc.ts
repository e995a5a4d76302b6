import { AppError } from '../../../common/errors.ts';
import type { Size } from '../../../common/geometry.ts';
import { differenceOf, intersectionOf } from '../../../common/mask-algebra.ts';
import { areaOf, type Runs } from '../../../common/runs.ts';
import type { FoundDataset, FoundTarget, ReadContext } from '../dataset/dataset.ts';
import { textOf, type FileTree } from '../dataset/file-tree.ts';
import type { LossList } from '../format.ts';
import { linesOf } from '../decoded-text.ts';
import { vocColour } from '../indexed-png.ts';
import { labelMasksOf, type LabelMasks } from '../label-maps.ts';
import { withoutEnding } from '../match-images.ts';
import { splitsOf } from './image-sets.ts';
import { readBoxes } from './read-boxes.ts';

export async function readVoc(
  tree: FileTree,
  { losses, signal, withEnding }: ReadContext,
): Promise<FoundDataset> {
  const sets = new Map<string, Map<string, LabelPictures>>();
  for (const name of tree.names) {
    const [, root = '', of, stem] = folders.exec(name) ?? [];
    if (stem === undefined) continue;
    const stems = sets.get(root) ?? new Map<string, LabelPictures>();
    sets.set(root, stems);
    stems.set(stem, { ...stems.get(stem), [of === 'Class' ? 'classes' : 'objects']: name });
  }
  const boxes = await readBoxes(tree, { losses, signal, withEnding });
  if (sets.size === 0) {
    if (boxes.images.length > 0) return boxes;
    throw new AppError(
      'bad-file',
      'This is no Pascal VOC data set: it has no PNG in SegmentationClass or SegmentationObject, and no XML of boxes.',
    );
  }
  if (boxes.images.length > 0)
    losses.add('Boxes of Annotations left out: there are label pictures', `${boxes.images.length} XML files`);
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

/** labelme's converter has called them so since 2018, and `…PNG` before. */
const folders = /^(.*\/)?Segmentation(Class|Object)(?:PNG)?\/(.+)\.(?:png|PNG)$/u;

async function readSet(
  tree: FileTree,
  { root, stems }: { readonly root: string; readonly stems: ReadonlyMap<string, LabelPictures> },
  { losses, signal, withEnding }: ReadContext,
): Promise<{ readonly classes: readonly string[]; readonly images: FoundDataset['images'] }> {
  const labels = await labelsOf(tree, root, losses);
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
  const load = async (
    path: string | undefined,
    isKnown: (colour: number) => boolean,
  ): Promise<LabelMasks | null> => {
    const data = path === undefined ? null : await tree.read(path);
    if (!data || path === undefined) return null;
    const found = await labelMasksOf(data, { name: path, size }, isKnown);
    if (!found.isIndexed) return found;
    // Under its number, 255 is the void as well.
    const masks = new Map([...found.masks].map(([at, mask]) => [at === 255 ? voidColour : at, mask]));
    return { ...found, masks };
  };
  const ofClasses = await load(
    paths.classes,
    (colour) => colour === voidColour || colour % 65_793 === 0 || labels.byColour.has(colour),
  );
  // Objects are whatever differs: the numbers themselves, where there are any.
  const ofObjects = await load(paths.objects, () => false);
  const [classes, objects] = [ofClasses?.masks ?? null, ofObjects?.masks ?? null];
  const indexOf = (colour: number): number => {
    if (ofClasses?.isIndexed === true) return colour;
    return labels.byColour.get(colour) ?? (colour === (colour & 255) * 65_793 ? colour & 255 : -1);
  };
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

/** By CVAT's and Datumaro's labelmap.txt, or the list of names that labelme's converter writes. */
async function labelsOf(tree: FileTree, root: string, losses: LossList): Promise<Labels> {
  const text = (await textOf(tree, `${root}labelmap.txt`)) ?? (await textOf(tree, `${root}class_names.txt`));
  const byColour = new Map<number, number>();
  const names: string[] = [];
  const lines = linesOf(text ?? '').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  lines.forEach((line, index) => {
    const [name = '', colour = ''] = line.split(':');
    const [r, g, b] = colour.split(',').map(Number);
    names.push(name.trim());
    const known = r !== undefined && g !== undefined && b !== undefined && [r, g, b].every(Number.isInteger);
    const [red, green, blue] = known ? [r, g, b] : vocColour(index);
    byColour.set(red + 256 * green + 65_536 * blue, index);
  });
  if (lines.length === 0) {
    losses.add('Classes called as those of the Pascal VOC challenge: no labelmap.txt names them');
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
