import type { Size } from '../../../common/geometry.ts';
import { AppError } from '../../../common/errors.ts';
import { areaOf, isEmptyMask } from '../../../common/runs.ts';
import type { FoundDataset, FoundTarget, ReadContext } from '../dataset/dataset.ts';
import type { FileTree } from '../dataset/file-tree.ts';
import { labelMasksOf, type LabelMasks } from '../label-maps.ts';
import { binaryMeaning, binaryOption, binaryPixels, isJpeg, type Meant } from './black-and-white.ts';
import { classNamesIn, coloursIn } from './class-list.ts';
import { hasOnlyCityPolygons, readCityPolygons } from './city-polygons.ts';
import { maskFilesIn } from './mask-files.ts';
import { isGrey, namesOf, numberOf, packedTargets } from './packed-numbers.ts';

/** Label pictures of any tool: numbers, colours, or black and white. */
export async function readLabelPictures(tree: FileTree, context: ReadContext): Promise<FoundDataset> {
  if (hasOnlyCityPolygons(tree)) return readCityPolygons(tree, context);
  const names = await classNamesIn(tree);
  const colours = await coloursIn(tree);
  const files = maskFilesIn(tree, context);
  let binary: Promise<Meant | null> | null = null;
  const meaning = (): Promise<Meant | null> => {
    const paths = files.flatMap(({ masks }) =>
      masks.flatMap((mask) => (mask.style === 'plain' ? [mask.path] : [])),
    );
    binary ??= names.length > 2 ? Promise.resolve(null) : binaryMeaning(tree, paths, context.signal);
    return binary;
  };
  const chosen = context.options?.[binaryOption.name];
  const { losses, signal } = context;
  const [first] = names;
  // Some lists begin with the first class; nobody can say whether its number is 0 or 1.
  if (first !== undefined && !isNothing(first))
    losses.add('The first name of the list taken for number 0, which is no class here', first);
  const images = files.map(({ picture, split, masks }) => ({
    wanted: { name: picture, size: null, sha256: null },
    split,
    targets: async (size: Size): Promise<FoundTarget[]> => {
      const targets: FoundTarget[] = [];
      for (const { path, style, folderClass } of masks) {
        signal.throwIfAborted();
        const told = { path, folderClass, names, colours, losses };
        const found = style === 'plain' ? await meaning() : null;
        if (found !== null) {
          const meant = chosen === 'light' || chosen === 'dark' ? chosen : found;
          targets.push(...(await binaryTargets(tree, size, { ...told, meant, isChosen: meant === chosen })));
          continue;
        }
        const labels = await readable(path, losses, async () => {
          const data = await tree.read(path);
          if (data && isJpeg(data))
            losses.add(
              'Label pictures saved as JPEG: their numbers are no longer those that were written',
              path,
            );
          return data && labelMasksOf(data, { name: path, size }, isGrey);
        });
        if (labels === null) continue;
        if (style === 'plain') targets.push(...plainTargets(labels, told));
        else
          targets.push(...packedTargets(labels, style, { path, nameOf: await namesOf(tree, style, told) }));
      }
      return targets;
    },
  }));
  return { classes: names.slice(1).map((name) => ({ name })), images };
}

/** Null for what cannot be read, which is told. */
async function readable<Found>(
  path: string,
  losses: ReadContext['losses'],
  read: () => Promise<Found | null>,
): Promise<Found | null> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    losses.add(
      'Targets of an image left out: its label picture cannot be read',
      error.message.includes(path) ? error.message : `${path}: ${error.message}`,
    );
    return null;
  }
}

interface Told {
  readonly path: string;
  readonly folderClass: string | null;
  readonly names: readonly string[];
  readonly colours: ReadonlyMap<number, string>;
  readonly losses: ReadContext['losses'];
}

/** What programs call the number 0. */
function isNothing(name: string): boolean {
  return /^[_\s]*(?:(?:back ?ground|bg|void|none|nothing|ignored?|unlabell?ed|unknown|other|null|0)[_\s:]*|background\W.*)$/iu.test(
    name,
  );
}

function plainTargets(found: LabelMasks, { path, names, colours, losses }: Told): FoundTarget[] {
  if (!found.isIndexed && isPhotograph(found.masks)) {
    losses.add(
      'Targets of an image left out: its label picture cannot be read',
      `${path} has ${found.masks.size} colours, most of them of a few pixels: it is no label picture`,
    );
    return [];
  }
  return [...found.masks].flatMap(([key, mask]) => {
    if (key === 0) return [];
    const number = numberOf(key, found);
    const named = found.isIndexed ? undefined : colours.get(key);
    if (named === undefined && number === 255 && names[255] === undefined) {
      losses.add('Pixels left out: the number 255 stands for what nobody decided', path);
      return [];
    }
    if (named === undefined && number === null && colours.size > 0) {
      losses.add('Pixels left out: their colour is none of the list', `${hexOf(key)} in ${path}`);
      return [];
    }
    const className =
      named ?? (number === null ? `colour ${hexOf(key)}` : (names[number] ?? `class ${number}`));
    return [{ where: `${number === null ? hexOf(key) : `number ${number}`} of ${path}`, className, mask }];
  });
}

/** Colours of smoothed edges or of a photograph: too many, and each of next to nothing. */
function isPhotograph(masks: LabelMasks['masks']): boolean {
  if (masks.size <= 64) return false;
  const small = [...masks.values()].filter((mask) => areaOf(mask) < 16).length;
  return small * 2 > masks.size;
}

function hexOf(colour: number): string {
  const [red, green, blue] = [colour & 255, (colour >> 8) & 255, colour >> 16];
  return `#${((red << 16) | (green << 8) | blue).toString(16).padStart(6, '0')}`;
}

/** All that is lighter than the middle is one target, or all that is darker. */
async function binaryTargets(
  tree: FileTree,
  size: Size,
  {
    path,
    names,
    folderClass,
    losses,
    meant,
    isChosen,
  }: Told & { readonly meant: Meant; readonly isChosen: boolean },
): Promise<FoundTarget[]> {
  const found = await readable(path, losses, async () => {
    const data = await tree.read(path);
    return data && binaryPixels(data, { name: path, size, meant });
  });
  if (!found) return [];
  if (found.isSoft)
    losses.add(
      `Masks of more than black and white: what is ${meant === 'light' ? 'lighter' : 'darker'} than the middle was taken`,
      path,
    );
  if (meant === 'dark' && !isChosen)
    losses.add(
      'Masks of black on white: black was taken for the target, since white is all around it (the option "masks" says otherwise)',
      path,
    );
  if (isEmptyMask(found.mask)) return [];
  const className = names[1] ?? folderClass ?? 'foreground';
  losses.add(`Masks of black and white read as one class: "${className}"`, path);
  return [{ where: `the mask ${path}`, className, mask: found.mask }];
}
