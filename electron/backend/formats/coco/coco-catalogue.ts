import type { ImageRecord } from '../../../common/document/records.ts';
import { AppError } from '../../../common/errors.ts';
import type { InspectJob, LossList } from '../format.ts';
import { sharedName } from '../dataset/class-names.ts';
import { isObject } from '../is-object.ts';
import { readJsonItems } from '../json-items.ts';
import { kindOfJson } from '../kinds-of-json.ts';
import type { FileImage, FoundBy } from '../match-images.ts';
import { createFieldNotes } from '../other-fields.ts';
import type { ClassFacts, ImageFacts } from '../facts.ts';
import { ownKey, readOwnOfClass, readOwnOfImage } from '../own-facts.ts';
import { asWritten } from '../parse-json.ts';
import { findImages } from '../project-images.ts';
import { ById, idOf, shownId } from '../written-ids.ts';

/** Everything of a COCO file but its annotations, which may lie anywhere in it and be any number. */
export interface CocoCatalogue {
  /** By the file's image id. Images that cannot be used are said in `losses` once. */
  readonly images: ById<CocoImage>;
  readonly categories: ById<CocoCategory>;
  readonly annotations: number;
  readonly foundBy: Readonly<Record<FoundBy, number>>;
}

export interface CocoImage {
  /** The project's image; null for one that cannot be used. */
  readonly image: ImageRecord | null;
  /** As the file has it, with folders. */
  readonly fileName: string;
  readonly licence: ImageRecord['licence'];
  /** What our own files say of it beyond the format. */
  readonly own: ImageFacts;
}

export interface CocoCategory extends ClassFacts {
  readonly name: string;
  readonly supercategory: string;
}

/** What a COCO file's own tables are called; the rest is told as not taken over. */
const tables: ReadonlySet<string> = new Set([
  'images',
  'categories',
  'annotations',
  'licenses',
  'info',
  'type',
]);
/** More lists and values than any data set has beside each other. */
const mostTables = 1000;
const imageFields: ReadonlySet<string> = new Set([
  ...['id', 'file_name', 'width', 'height', 'license', 'sha256'],
  ownKey,
]);
const categoryFields: ReadonlySet<string> = new Set(['id', 'name', 'supercategory', ownKey]);
const licenceFields: ReadonlySet<string> = new Set(['id', 'name', 'url']);

/** @throws AppError 'bad-file' when the file is no COCO instances file, and as readJsonItems */
export async function readCatalogue(
  job: InspectJob,
  how: {
    readonly losses: LossList;
    readonly signal: AbortSignal;
    readonly onBytes?: (done: number, total: number) => void;
  },
): Promise<CocoCatalogue> {
  const { losses } = how;
  const images = new ById<FoundEntry>();
  const categories = new ById<CocoCategory>();
  const names = new Set<string>();
  const licences = new ById<NonNullable<ImageRecord['licence']>>();
  const notes = {
    images: createFieldNotes(losses, 'images', imageFields),
    categories: createFieldNotes(losses, 'categories', categoryFields),
    licences: createFieldNotes(losses, 'licences', licenceFields),
    info: createFieldNotes(losses, 'the file', new Set()),
  };
  const keys = new Set<string>();
  const lists = new Set<string>();
  let annotations = 0;
  let first: unknown = null;
  let isList = false;
  // Of the annotations only the first is looked at here.
  const isWanted = (key: string | null): boolean => key !== 'annotations' || annotations === 0;
  const reading = { signal: how.signal, isWanted, ...(how.onBytes ? { onBytes: how.onBytes } : {}) };
  for await (const items of readJsonItems(job.source, reading)) {
    for (const { key, index, value } of items) {
      if (key === null) {
        isList = true;
        first ??= value;
        continue;
      }
      keys.add(key);
      if (keys.size > mostTables)
        throw new AppError(
          'bad-file',
          `This is no COCO instances file: more than ${mostTables} lists and values stand beside each other in it.`,
        );
      if (index !== null) lists.add(key);
      if (key === 'annotations' && index !== null) {
        annotations++;
        first ??= value;
      } else if (key === 'images' && index !== null) addImage(images, value, losses, notes.images);
      else if (key === 'categories' && index !== null)
        addCategory({ categories, names }, value, losses, notes.categories);
      else if (key === 'licenses' && index !== null) {
        const licence = licenceOf(value, losses);
        if (licence) licences.add(...licence);
        if (isObject(value)) notes.licences(value);
      } else if (key === 'info') noteInfo(value, notes.info);
      else if (!tables.has(key) && index === null) notes.info({ [key]: value });
      else if (!tables.has(key)) losses.add(`Lists of the file that have no place here: ${key}`);
    }
    if (isList) break;
  }
  checkKind({ isList, keys, first }, lists);
  const entries = [...images.entries()];
  const found = await findImages(
    job,
    entries.map(([, { wanted }]) => wanted),
    losses,
  );
  const known = new ById<CocoImage>();
  entries.forEach(([id, { wanted, licence, own }], index) => {
    const its = licences.get(idOf(licence));
    if (idOf(licence) !== null && !its && licences.size > 0)
      losses.add(
        'Licences of images left out: theirs is not in the file',
        `${wanted.name}: ${asWritten(licence)}`,
      );
    known.add(id, {
      ...{ image: found.images[index] ?? null, fileName: wanted.name, licence: its?.value ?? null },
      own,
    });
  });
  return { images: known, categories, annotations, foundBy: found.foundBy };
}

interface FoundEntry {
  readonly wanted: FileImage;
  readonly licence: unknown;
  readonly own: ImageFacts;
}

/** Our own file's word about itself holds nothing that the project does not. */
function noteInfo(
  value: unknown,
  note: (record: Readonly<Record<string, unknown>>, prefix: string) => void,
): void {
  if (isObject(value) && value['pixellm'] !== true) note(value, 'info.');
}

function checkKind(
  look: { readonly isList: boolean; readonly keys: ReadonlySet<string>; readonly first: unknown },
  lists: ReadonlySet<string>,
): void {
  const { isList, keys } = look;
  const kind = kindOfJson(look);
  if (kind) {
    const advice =
      kind.format === null ? 'It cannot be imported' : `Import it with the format "${kind.format}"`;
    throw new AppError('bad-file', `This is ${kind.name}, not a COCO instances file. ${advice}.`, {
      format: kind.format,
    });
  }
  if (isList) {
    throw new AppError(
      'bad-file',
      'This is a list, not a COCO instances file, which is an object with "images" and "annotations".',
    );
  }
  if (lists.has('images') && lists.has('annotations')) return;
  if (lists.has('images')) {
    throw new AppError(
      'bad-file',
      'The COCO file has images but no annotations: there is nothing to import.',
    );
  }
  throw new AppError(
    'bad-file',
    'This is no COCO instances file: it has no list of "images", or an empty one.',
    {
      keys: [...keys].slice(0, 10),
    },
  );
}

function addImage(
  images: ById<FoundEntry>,
  value: unknown,
  losses: LossList,
  note: (record: Readonly<Record<string, unknown>>) => void,
): void {
  const id = isObject(value) ? idOf(value['id']) : null;
  if (!isObject(value) || id === null) return losses.add('Images left out: they have no id');
  note(value);
  const wanted = fileImageOf(value);
  if (!wanted) return losses.add('Images left out: they have no file name', `image ${shownId(id)}`);
  const own = readOwnOfImage(value, losses, wanted.name);
  if (!images.add(id, { wanted, licence: value['license'], own }))
    losses.add('Images left out: their id is used twice', `image ${shownId(id)}, ${wanted.name}`);
}

function fileImageOf(value: Readonly<Record<string, unknown>>): FileImage | null {
  const { file_name: fileName, coco_url: url, sha256 } = value;
  const [width, height] = [value['width'] ?? null, value['height'] ?? null];
  const name = typeof fileName === 'string' && fileName !== '' ? fileName : url;
  if (typeof name !== 'string' || name === '') return null;
  const hasSize = width !== null || height !== null;
  return {
    name,
    // A size that is no number fits no image, and is reported as such.
    size: hasSize ? { width: sideOf(width), height: sideOf(height) } : null,
    ...(hasSize && !(typeof width === 'number' && typeof height === 'number')
      ? { oddSize: `${asWritten(width ?? undefined)} x ${asWritten(height ?? undefined)}` }
      : {}),
    sha256: typeof sha256 === 'string' && /^[0-9a-f]{64}$/iu.test(sha256) ? sha256.toLowerCase() : null,
  };
}

function sideOf(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
}

function addCategory(
  { categories, names }: { readonly categories: ById<CocoCategory>; readonly names: Set<string> },
  value: unknown,
  losses: LossList,
  note: (record: Readonly<Record<string, unknown>>) => void,
): void {
  const id = isObject(value) ? idOf(value['id']) : null;
  const name = isObject(value) ? nameOf(value['name']) : '';
  if (!isObject(value) || id === null || name === '') {
    return losses.add('Categories left out: they have no id or no name', asWritten(value));
  }
  note(value);
  const supercategory = value['supercategory'] ?? '';
  const where = `category ${shownId(id)}, ${name}`;
  const isText = typeof supercategory === 'string';
  const facts = { ...readOwnOfClass(value), supercategory: isText ? supercategory : '' };
  if (!categories.add(id, { name, ...facts }))
    return losses.add('Categories left out: their id is used twice', where);
  if (names.has(name)) losses.add(sharedName, where);
  names.add(name);
  if (!isText) losses.add('Supercategories left out: they are no text', where);
}

/** Some write a class by its number. */
function nameOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}

function licenceOf(value: unknown, losses: LossList): [string, NonNullable<ImageRecord['licence']>] | null {
  if (!isObject(value)) return null;
  const id = idOf(value['id']);
  const [name, url] = [value['name'] ?? '', value['url'] ?? ''];
  // What our files say of images without one, and Datumaro's.
  if ((name === 'Unknown' || name === '') && url === '') return null;
  if (id === null || typeof name !== 'string' || typeof url !== 'string' || `${name}${url}`.trim() === '') {
    losses.add('Licences left out: they have no id, name or address', asWritten(value));
    return null;
  }
  return [id, { name, url }];
}
