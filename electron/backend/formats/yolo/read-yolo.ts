import type { Split } from '../../../common/document/records.ts';
import type { Size } from '../../../common/geometry.ts';
import { AppError } from '../../../common/errors.ts';
import { noteSharedNames } from '../dataset/class-names.ts';
import type { FoundDataset, FoundTarget, ReadContext } from '../dataset/dataset.ts';
import { textOf, type FileTree } from '../dataset/file-tree.ts';
import { linesOf } from '../decoded-text.ts';
import { lastPart, withoutEnding } from '../match-images.ts';
import { haveScores, mostClasses, readRows, type ClassNames } from './rows.ts';
import { setupOf, type Setup } from './setup.ts';

/** What Ultralytics, Darknet and the tools around them write: text files of rows, beside pictures or in folders of their own. */
export async function readYolo(
  tree: FileTree,
  { losses, signal, withEnding }: ReadContext,
): Promise<FoundDataset> {
  const setup = await setupOf(tree);
  const texts = tree.names.filter((name) => /\.txt$/iu.test(name) && !notLabels.test(name));
  const pictures = new Map(
    tree.names.filter((name) => isPicture.test(name)).map((name) => [withoutEnding(name), name]),
  );
  const lists: { readonly name: string; readonly paths: readonly string[] }[] = [];
  const labels: { readonly name: string; readonly rows: readonly string[] }[] = [];
  for (const name of texts) {
    signal.throwIfAborted();
    const rows = linesOf((await textOf(tree, name)) ?? '').map((row) => row.trim());
    const paths = rows.filter((row) => row !== '');
    const isLabel = pictures.has(pictureStem(withoutEnding(name))) || /(?:^|\/)labels\//u.test(name);
    if (paths.length > 0 && paths.every((row) => isPicture.test(row))) lists.push({ name, paths });
    // Somebody's notes beside the set.
    else if (!isLabel && paths.length > 0 && paths.every((row) => !/^[\d.+-]/u.test(row))) continue;
    else if (!isList(name) || pictures.has(pictureStem(withoutEnding(name)))) labels.push({ name, rows });
  }
  if (labels.length === 0)
    throw new AppError('bad-file', 'This is no YOLO data set: it has no text files of labels.');
  const splitOf = splitsOf(setup, lists);
  const hasScores = haveScores(labels.flatMap(({ rows }) => rows));
  const used = new Set<number>();
  const images = labels.map(({ name: label, rows }) => {
    for (const row of rows) if (row !== '') used.add(Number(row.split(/\s+/u)[0]));
    const stem = withoutEnding(label);
    const beside = pictures.get(pictureStem(stem)) ?? pictures.get(stem);
    const { split, path } = placeOf(stem);
    const name = beside
      ? placeOf(withoutEnding(beside)).path + beside.slice(withoutEnding(beside).length)
      : withEnding(path);
    const context = { label, names: setup.names, keypoints: setup.keypoints, hasScores, losses };
    return {
      wanted: { name, size: null, sha256: null },
      split: split ?? splitOf(pictureStem(stem)),
      targets: (size: Size): FoundTarget[] => readRows(rows, { ...context, size }),
    };
  });
  return { classes: classesOf(setup.names, used, losses), images };
}

/** Texts that come with a data set. */
const notLabels = /(?:^|\/)(?:classes|readme[^/]*|licen[cs]e[^/]*|requirements)\.txt$/iu;
const isPicture = /\.(?:jpe?g|jfif|png|bmp|gif|webp|tiff?|avif|hei[cf]|mpo|dng)$/iu;

/** What lists of pictures are called, which lie beside the labels; an empty one has no rows that would tell. */
function isList(name: string): boolean {
  return /(?:^|\/)(?:train|val|valid|test)\.txt$/iu.test(name) && !/(?:^|\/)labels\//u.test(name);
}

/** Where the picture of a label file lies: in "images" where the label is in "labels". */
function pictureStem(stem: string): string {
  const parts = stem.split('/');
  const at = parts.lastIndexOf('labels');
  return at < 0 ? stem : parts.with(at, 'images').join('/');
}

function classesOf(
  names: ClassNames | null,
  used: ReadonlySet<number>,
  losses: ReadContext['losses'],
): { readonly name: string }[] {
  const known = names ?? [];
  noteSharedNames(
    known.flatMap((name) => name ?? []),
    losses,
  );
  // Numbers that nobody names and no row uses are no classes.
  const numbers = new Set([...known.keys()].filter((number) => known[number] !== undefined));
  for (const number of used)
    if (Number.isInteger(number) && number >= 0 && number < mostClasses) numbers.add(number);
  return [...numbers]
    .toSorted((a, b) => a - b)
    .map((number) => ({ name: known[number] ?? `class ${number}` }));
}

/** The part of the data set and the path inside it: "labels/train/cam1/a" is "cam1/a" of the training part. */
function placeOf(stem: string): { readonly split: Split | null; readonly path: string } {
  const parts = stem.split('/');
  const at = parts.findIndex((part) => part === 'labels' || part === 'images');
  const inside = at < 0 ? parts : [...parts.slice(0, at), ...parts.slice(at + 1)];
  const folders = inside.slice(0, -1);
  const split = folders.findIndex((part) => partNamed(part) !== null);
  const path = inside
    .filter((_, index) => split < 0 || index !== split)
    .slice(split < 0 ? 0 : split)
    .join('/');
  return { split: split < 0 ? null : partNamed(folders[split] ?? ''), path };
}

/** "train2017" is the training part, as is "obj_train_data"; "valid" is the one that validates. */
function partNamed(folder: string): Split | null {
  const [, part] = /^(?:obj_)?(train|val|valid|validation|test)(?:\d{4}|_data)?$/u.exec(folder) ?? [];
  if (part === undefined) return null;
  return part === 'train' || part === 'test' ? part : 'val';
}

/**
 * The part of a picture whose folders do not say: where the set-up names its folder, or a list names the picture.
 *
 * @returns takes the picture's path without its ending
 */
function splitsOf(
  { parts }: Setup,
  lists: readonly { readonly name: string; readonly paths: readonly string[] }[],
): (stem: string) => Split | null {
  const byStem = new Map<string, Split>();
  for (const { name, paths } of lists) {
    const meant =
      parts.find(({ path }) => endsLike(name, path))?.split ?? partNamed(withoutEnding(lastPart(name)));
    if (meant !== null) for (const path of paths) byStem.set(withoutEnding(tailOf(path)), meant);
  }
  const folders = parts.filter(({ path }) => !/\.txt$/iu.test(path));
  return (stem) => {
    const listed = byStem.get(stem) ?? byStem.get(tailOf(stem));
    return listed ?? folders.find(({ path }) => stem.startsWith(`${path}/`))?.split ?? null;
  };
}

function endsLike(name: string, path: string): boolean {
  return name === path || name.endsWith(`/${path}`) || path.endsWith(`/${name}`);
}

/** From the last "images" on: lists count from a root of their own. */
function tailOf(path: string): string {
  const parts = path.replaceAll('\\', '/').split('/');
  const at = parts.lastIndexOf('images');
  return at < 0 ? lastPart(path) : parts.slice(at).join('/');
}
