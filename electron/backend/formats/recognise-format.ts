import { extname, join } from 'node:path';
import { AppError } from '../../common/errors.ts';
import { isImageName } from '../images/find-image-files.ts';
import { maskNamesOf, unmasked } from '../images/mask-names.ts';
import { decodedText } from './decoded-text.ts';
import { type FileTree, firstBytes, openTree, refuseLinkOut } from './dataset/file-tree.ts';
import { foreignFile } from './foreign-kinds.ts';
import type { FormatSource } from './format.ts';
import { isObject } from './is-object.ts';
import { readJsonItems } from './json-items.ts';
import { endingsOf, plainJson } from './json-sources.ts';
import { kindOfJson } from './kinds-of-json.ts';
import { withoutEnding } from './match-images.ts';
import { hasOnlyCityPolygons } from './semantic/city-polygons.ts';

/** So many files of one ending are looked into: notes and captions lie beside what is meant. */
const mostLookedInto = 8;
/** Of an XML file or a table so much is looked at. */
const headBytes = 4096;

/**
 * The format of what is to be imported, by the names of its files and how they begin, so that nobody has to know what it is called.
 *
 * @returns an id of registry.ts; 'coco' for JSON that nobody knows, since that reader names what it was given
 * @throws AppError 'bad-file' where nobody can tell, and by its name for what no reader here is for; as openTree
 */
export async function recogniseFormat(source: FormatSource, signal: AbortSignal): Promise<string> {
  const tree = await openTree(source, signal);
  const foreign: Foreign[] = [];
  const look = { tree, foreign, signal };
  const { names } = tree;
  if (names.some((name) => /(?:^|\/)Segmentation(?:Class|Object)(?:PNG)?\/[^/]+\.png$/iu.test(name)))
    return 'voc';
  if (names.some((name) => /(?:^|\/)refs\([^/]*\)\.p$/iu.test(name))) return 'refcoco';
  const isAlone = names.length === 1;
  const found =
    (await firstFormat(isAlone ? names : ofEnding(names, '.json'), (name) => formatOfJsonIn(look, name))) ??
    (await firstFormat(isAlone ? names : ofEnding(names, '.xml'), (name) => formatOfXml(look, name))) ??
    formatOfNames(names);
  if (found !== null) return found;
  const [known] = foreign;
  if (known) throw cannotRead(known);
  if (names.some((name) => /\.json(?:\.gz)?$/iu.test(name))) return 'coco';
  const [only = ''] = names;
  if (isAlone && isSetup(only))
    throw new AppError(
      'bad-file',
      `${only} says how a YOLO data set is set up, and holds no labels. Give the folder that it lies in.`,
      { file: only },
    );
  const table = await foreignTable(look);
  if (table) throw cannotRead(table);
  throw new AppError(
    'bad-file',
    `It cannot be told of which format this is: ${endingsOf(names)}. Choose the format, if it has annotations.`,
  );
}

/** A file that stands for the folder it lies in: who trains with Ultralytics names a set by its data.yaml. */
export function isSetup(name: string): boolean {
  return /(?:^|[/\\])(?:obj\.data|[^/\\]+\.ya?ml)$/iu.test(name);
}

/** A file of another program, called by its kind. */
interface Foreign {
  readonly kind: string;
  readonly name: string;
}

function cannotRead({ kind, name }: Foreign): AppError {
  return new AppError(
    'bad-file',
    `${name} is ${kind}, which this app does not read. Convert it to COCO, or to another format of the list.`,
    { file: name },
  );
}

interface Look {
  readonly tree: FileTree;
  /** What was met that no reader here is for. */
  readonly foreign: Foreign[];
  readonly signal: AbortSignal;
}

function nameOf(source: FormatSource): string {
  return source.kind === 'path' ? source.path : source.name;
}

function ofEnding(names: readonly string[], wanted: string): readonly string[] {
  return names.filter((name) => extname(name).toLowerCase() === wanted).slice(0, mostLookedInto);
}

/** A file that cannot be read says nothing of what the others are. */
async function firstFormat(
  names: readonly string[],
  formatOf: (name: string) => Promise<string | null>,
): Promise<string | null> {
  for (const name of names) {
    const found = await formatOf(name).catch((error: unknown) => {
      if (error instanceof AppError) return null;
      throw error;
    });
    if (found !== null) return found;
  }
  return null;
}

/** From the disk where it lies there: it may be larger than what a tree hands out. */
async function formatOfJsonIn(look: Look, name: string): Promise<string | null> {
  const { tree, foreign, signal } = look;
  const { root } = tree;
  const given = await sourceOf(look, name);
  if (given === null) return null;
  if (given.kind === 'path' && root !== null && tree.names.length > 1) await refuseLinkOut(given.path, root);
  const found = await formatOfJson(given, signal);
  if (typeof found === 'string') return found;
  if (found !== null) foreign.push({ kind: found.name, name });
  return null;
}

async function sourceOf({ tree }: Look, name: string): Promise<FormatSource | null> {
  const { root } = tree;
  if (root !== null) return { kind: 'path', path: join(root, ...name.split('/')) };
  const data = await tree.read(name);
  return data === null ? null : { kind: 'bytes', name, data };
}

/** Read as far as its first annotation. What is known and not read here comes back by its name. */
async function formatOfJson(
  given: FormatSource,
  signal: AbortSignal,
): Promise<string | { readonly name: string } | null> {
  const keys = new Set<string>();
  let [isList, first, firstImage, member]: unknown[] = [false, null, null, null];
  read: for await (const items of readJsonItems(await plainJson(given, signal), { signal })) {
    for (const { key, index, value } of items) {
      isList = key === null;
      if (keys.size === 0) member = value;
      if (key !== null) keys.add(key);
      if (key === 'images' && index !== null) firstImage ??= value;
      const isAnnotation = key === 'annotations' && index !== null;
      if (isList || isAnnotation) first = value;
      // Images may come after them.
      if (isAnnotation) keys.add('images');
      if (isList || isAnnotation || (key === 'items' && keys.has('categories'))) break read;
    }
  }
  const kind = kindOfJson({ isList: isList === true, keys, first, member });
  if (kind !== null) return kind.format ?? kind;
  if (!keys.has('images') || !keys.has('annotations')) return null;
  const isLvis = isObject(firstImage) && 'not_exhaustive_category_ids' in firstImage;
  return isLvis || /(?:^|[/\\])lvis[^/\\]*$/iu.test(nameOf(given)) ? 'lvis' : 'coco';
}

async function formatOfXml({ tree, foreign }: Look, name: string): Promise<string | null> {
  const { root } = tree;
  const data = root === null ? await tree.read(name) : await firstBytes(join(root, name), headBytes);
  const text = decodedText((data ?? new Uint8Array()).subarray(0, headBytes));
  if (/<annotations[\s/>]/u.test(text)) return 'cvat';
  if (!/<annotation[\s>]/u.test(text)) return null;
  if (!/<(?:submittedBy|imagesize|pt)>/u.test(text)) return 'voc';
  foreign.push({ kind: "a file of MIT's LabelMe", name });
  return null;
}

/** What is no JSON, by its ending or its first line. */
async function foreignTable({ tree }: Look): Promise<Foreign | null> {
  const { root } = tree;
  for (const name of tree.names) {
    const isTable = /\.csv$/iu.test(name);
    const data = isTable
      ? root === null
        ? await tree.read(name)
        : await firstBytes(join(root, name), headBytes)
      : null;
    const [line = ''] = decodedText((data ?? new Uint8Array()).subarray(0, headBytes)).split(/[\r\n]/u);
    const kind = foreignFile(name, line);
    if (kind !== null) return { kind, name };
  }
  return null;
}

/** Texts of numbers that belong to pictures, or pictures that belong to pictures. */
function formatOfNames(names: readonly string[]): string | null {
  const stems = (isWanted: (name: string) => boolean): Set<string> =>
    new Set(names.filter(isWanted).map((name) => withoutEnding(name).split('/').at(-1) ?? ''));
  const pictures = stems(isImageName);
  const isText = (name: string): boolean => /\.txt$/iu.test(name);
  const hasSetup = names.some((name) => /(?:^|\/)(?:obj\.data|obj\.names|[^/]+\.ya?ml)$/iu.test(name));
  const hasLabels =
    names.some((name) => isText(name) && /(?:^|\/)labels\//iu.test(name)) ||
    [...stems(isText)].some((stem) => pictures.has(stem));
  if (hasLabels) return 'yolo-seg';
  if (hasOnlyCityPolygons({ names })) return 'semantic-png';
  const { pictureOf, alone } = maskNamesOf(names);
  if (pictureOf.size + alone.length > 0 || [...pictures].some((stem) => unmasked(stem) !== null))
    return 'semantic-png';
  return hasSetup && names.some(isText) ? 'yolo-seg' : null;
}
