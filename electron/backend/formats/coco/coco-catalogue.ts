import type { ImageRecord } from '../../../common/document/records.ts';
import { AppError } from '../../../common/errors.ts';
import { isObject } from '../is-object.ts';
import type { FormatSource, LossList, ProjectContents } from '../format.ts';
import { readJsonItems } from '../json-items.ts';
import { createImageMatcher, type FileImage } from '../match-images.ts';

/** Everything of a COCO file but its annotations, which may lie anywhere in it and be any number. */
export interface CocoCatalogue {
  /** The file's image id -> the project's image; null for one that cannot be used. Said in `losses` once. */
  readonly images: ReadonlyMap<CocoId, ImageRecord | null>;
  readonly categories: ReadonlyMap<CocoId, CocoCategory>;
  readonly annotations: number;
}

export interface CocoCategory {
  readonly name: string;
  readonly supercategory: string;
}

/** Whole numbers by the book; some writers use strings. */
export type CocoId = number | string;

/** @throws AppError 'bad-file' when the file is no COCO instances file, and as readJsonItems */
export async function readCatalogue(
  source: FormatSource,
  how: {
    readonly contents: ProjectContents;
    readonly losses: LossList;
    readonly signal: AbortSignal;
    readonly onBytes?: (done: number, total: number) => void;
  },
): Promise<CocoCatalogue> {
  const images = new Map<CocoId, ImageRecord | null>();
  const categories = new Map<CocoId, CocoCategory>();
  const match = createImageMatcher(how.contents.images);
  const keys = new Set<string>();
  let annotations = 0;
  let isList = false;
  const isWanted = (key: string | null): boolean => key === 'images' || key === 'categories';
  const reading = { signal: how.signal, isWanted, ...(how.onBytes ? { onBytes: how.onBytes } : {}) };
  for await (const items of readJsonItems(source, reading)) {
    for (const { key, index, value } of items) {
      if (key === null) isList = true;
      else if (index !== null) keys.add(key);
      if (key === 'images' && index !== null) addImage(images, match, value, how.losses);
      else if (key === 'categories' && index !== null) addCategory(categories, value, how.losses);
      else if (key === 'annotations' && index !== null) annotations++;
    }
  }
  checkKind(keys, isList);
  return { images, categories, annotations };
}

function checkKind(keys: ReadonlySet<string>, isList: boolean): void {
  if (isList) {
    throw new AppError(
      'bad-file',
      'This is a list, not a COCO instances file. (COCO results and MUSE files are lists; MUSE has its own import.)',
    );
  }
  if (keys.has('images') && keys.has('annotations')) return;
  if (keys.has('images') && !keys.has('annotations')) {
    throw new AppError(
      'bad-file',
      'The COCO file has images but no annotations: there is nothing to import.',
    );
  }
  throw new AppError('bad-file', 'This is no COCO instances file: it has no list of "images".', {
    keys: [...keys].slice(0, 10),
  });
}

function addImage(
  images: Map<CocoId, ImageRecord | null>,
  match: ReturnType<typeof createImageMatcher>,
  value: unknown,
  losses: LossList,
): void {
  const id = isObject(value) ? idOf(value['id']) : null;
  if (!isObject(value) || id === null) return losses.add('Images left out: they have no id');
  const wanted = fileImageOf(value);
  if (!wanted) return losses.add('Images left out: they have no file name', `image ${id}`);
  if (images.has(id))
    return losses.add('Images left out: their id is used twice', `image ${id}, ${wanted.name}`);
  const found = match(wanted);
  images.set(id, 'image' in found ? found.image : null);
  if ('image' in found) return;
  switch (found.problem) {
    case 'not-in-project':
      return losses.add('Images left out: they are not in this project', wanted.name);
    case 'other-size':
      return losses.add(
        'Images left out: they have another size than in this project',
        sizeNote(wanted, found.candidates),
      );
    case 'ambiguous':
      return losses.add('Images left out: several images of this project could be meant', wanted.name);
  }
}

function sizeNote(wanted: FileImage, candidates: readonly ImageRecord[]): string {
  const here = candidates.map(({ width, height }) => `${width} x ${height}`).join(' or ');
  return `${wanted.name}: ${String(wanted.size?.width)} x ${String(wanted.size?.height)} in the file, ${here} here`;
}

function fileImageOf(value: Readonly<Record<string, unknown>>): FileImage | null {
  const { file_name: fileName, coco_url: url, sha256, width, height } = value;
  const name = typeof fileName === 'string' && fileName !== '' ? fileName : url;
  if (typeof name !== 'string' || name === '') return null;
  const hasSize = width !== undefined || height !== undefined;
  return {
    name,
    // A size that is no number fits no image, and is reported as such.
    size: hasSize ? { width: Number(width), height: Number(height) } : null,
    sha256: typeof sha256 === 'string' ? sha256 : null,
  };
}

function addCategory(categories: Map<CocoId, CocoCategory>, value: unknown, losses: LossList): void {
  const id = isObject(value) ? idOf(value['id']) : null;
  const name = isObject(value) ? value['name'] : null;
  if (!isObject(value) || id === null || typeof name !== 'string' || name.trim() === '') {
    return losses.add('Categories left out: they have no id or no name', JSON.stringify(value)?.slice(0, 80));
  }
  if (categories.has(id))
    return losses.add('Categories left out: their id is used twice', `category ${id}, ${name}`);
  const { supercategory } = value;
  if (typeof supercategory === 'string') return void categories.set(id, { name: name.trim(), supercategory });
  if (supercategory !== undefined && supercategory !== null)
    losses.add('Supercategories left out: they are no text', `category ${id}, ${name}`);
  categories.set(id, { name: name.trim(), supercategory: '' });
}

export function idOf(value: unknown): CocoId | null {
  const isUsable =
    (typeof value === 'string' && value !== '') || (typeof value === 'number' && Number.isInteger(value));
  return isUsable ? value : null;
}
