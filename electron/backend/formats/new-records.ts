import { isDeepStrictEqual } from 'node:util';
import type {
  AnnotationId,
  AnnotationRecord,
  CategoryId,
  CategoryRecord,
  Entity,
  ImageId,
  ImageRecord,
} from '../../common/document/records.ts';
import { attributeSchema } from '../../common/document/records.ts';
import { cutText } from '../../common/cut-text.ts';
import { colourChooser } from '../../common/palette.ts';
import { rleOf } from '../../common/rle.ts';
import { areaOf, boxOf, type Runs } from '../../common/runs.ts';
import { highestOrder } from '../../common/document/order.ts';
import { newAnnotation, newCategory } from '../../common/document/new-records.ts';
import { groupByImage } from './chosen-images.ts';
import type { ClassFacts, ImageFacts } from './facts.ts';
import type { ImportedChange, ImportJob, LossList } from './format.ts';
import type { OwnFacts } from './own-attributes.ts';
import { foldersToKeep } from './project-images.ts';
import { SeenMasks } from './seen-masks.ts';

/** The longest texts the document takes. */
const longestCategoryName = 1024;
const longestTargetName = 4096;
/** As many attributes a class may define. */
const mostDefinitions = 100;

/** Collects the records an import adds, with categories found by name and colours that stay apart. */
export interface NewRecords {
  readonly categories: readonly CategoryRecord[];
  /** Of new annotations. */
  readonly count: number;
  /** The category of that name after the person's mapping; null when it is mapped to nothing. A new one gets what the file says of it. */
  categoryFor(fileName: string, facts?: ClassFacts): CategoryId | null;
  isLeftOut(fileName: string): boolean;
  /**
   * The new annotation's id; or that of the one with the same mask and category that is on the image already.
   *
   * @throws AppError 'disk-full', 'file-not-writable' where records wait
   */
  addAnnotation(target: NewTarget): AddedAnnotation;
  /** Keeps what the file says of an image itself, where nothing was known of it. */
  noteImage(image: ImageRecord, facts: ImageFacts): void;
  /** All of it as one change; nothing at all where neither a target nor anything of `more` came in. */
  diff(more?: readonly Entity[]): ImportedChange;
}

interface AddedAnnotation {
  readonly id: AnnotationId;
  readonly isNew: boolean;
  /** Of its mask's text. */
  readonly characters: number;
}

export interface NewTarget extends Partial<Omit<OwnFacts, 'name'>> {
  readonly image: ImageRecord;
  readonly categoryId: CategoryId | null;
  /** Null where the file gives it none. */
  readonly name: string | null;
  /** As the file calls its class: without a name, or with this one, it is called as its class is here. */
  readonly className?: string | null;
  readonly mask: Runs;
}

/** The image with what the file says of it; the same one where that is nothing new. */
function withFacts(
  image: ImageRecord,
  { fileName, licence, split, state, comments = [] }: ImageFacts,
  losses: LossList,
): ImageRecord {
  const folders = fileName === undefined ? '' : foldersToKeep(fileName);
  if (folders === null)
    losses.add('Folders of file names that lead elsewhere: exports name the file alone', fileName);
  else if (folders !== '' && image.folders !== '' && folders !== image.folders)
    losses.add(
      'Folders of file names: another import gave others, which stay',
      `${fileName}, here in ${image.folders}`,
    );
  const facts = {
    folders: image.folders === '' ? (folders ?? '').slice(0, longestFolders) : image.folders,
    licence: image.licence ?? licence ?? null,
    split: image.split ?? split ?? null,
    state: image.state ?? state ?? null,
    comments: [
      ...image.comments,
      ...comments.filter((each) => !image.comments.some((known) => isDeepStrictEqual(known, each))),
    ],
  };
  if (licence && image.licence && image.licence.name !== licence.name)
    losses.add('Licences of images: another one is known, which stays', `${image.name}: ${licence.name}`);
  if (split && image.split && image.split !== split)
    losses.add(
      'Parts of the data set: the image is in another already, where it stays',
      `${image.name} in ${image.split}, not in ${split}`,
    );
  if (state && image.state && image.state !== state)
    losses.add(
      'States of images: another one is known, which stays',
      `${image.name} is ${image.state}, not ${state}`,
    );
  const isSame =
    facts.folders === image.folders &&
    facts.licence === image.licence &&
    facts.split === image.split &&
    facts.state === image.state &&
    facts.comments.length === image.comments.length;
  return isSame ? image : { ...image, ...facts };
}

const longestFolders = 4096;

export function createNewRecords(job: ImportJob, losses: LossList): NewRecords {
  const changed = new Map<ImageId, readonly [ImageRecord, ImageRecord]>();
  const categories: CategoryRecord[] = [];
  const { spool } = job;
  const byName = new Map(job.contents.categories.map((category) => [category.name, category]));
  const nextCategoryColour = colourChooser(job.contents.categories.map(({ colour }) => colour));
  const seen = new SeenMasks();
  const before = groupByImage(job.contents.annotations);
  const onImage = new Map<ImageId, OnImage>();
  let categoryOrder = highestOrder(job.contents.categories);
  // Not by plain access: a category may be named "constructor".
  const mapped = (fileName: string): string | null =>
    Object.hasOwn(job.categoryMap, fileName) ? (job.categoryMap[fileName] ?? null) : fileName;
  const nameOf = new Map<CategoryId | null, string>(
    job.contents.categories.map(({ id, name }) => [id, name]),
  );
  const isLeftOut = (fileName: string): boolean => mapped(fileName) === null;
  const fitted = (text: string, longest: number, what: string): string => {
    if (text.length > longest) losses.add(`${what} cut to ${longest} characters`, text);
    return cutText(text, longest);
  };
  return {
    categories,
    get count() {
      return spool.size;
    },
    isLeftOut,
    noteImage(image, facts) {
      const [before, now] = changed.get(image.id) ?? [image, image];
      const after = withFacts(now, facts, losses);
      if (after !== before) changed.set(image.id, [before, after]);
    },
    diff(more = []) {
      if (spool.size === 0 && more.length === 0) return { added: [], changed: [] };
      const added = {
        *[Symbol.iterator]() {
          yield* categories;
          yield* spool;
          yield* more;
        },
      };
      return { added, changed: [...changed.values()] };
    },
    categoryFor(fileName, { supercategory = '', attributes = [] } = {}) {
      const wanted = mapped(fileName);
      if (wanted === null) return null;
      if (wanted.trim() === '') {
        losses.add('Classes without a name: their targets have none');
        return null;
      }
      const known = byName.get(cutText(wanted, longestCategoryName));
      if (known) return known.id;
      const name = fitted(wanted, longestCategoryName, 'Names of categories:');
      const category = newCategory({
        // An id of our own making: the brand only says which kind of record it names.
        id: job.newId() as CategoryId,
        name,
        supercategory: fitted(supercategory, longestCategoryName, 'Names of supercategories:'),
        attributes: attributes.flatMap((each, at) => {
          const isKept = at < mostDefinitions && attributeSchema.safeParse(each).success;
          if (!isKept)
            losses.add('Definitions of attributes left out: longer than there is room for', each.name);
          return isKept ? [each] : [];
        }),
        colour: nextCategoryColour(),
        order: ++categoryOrder,
      });
      byName.set(name, category);
      nameOf.set(category.id, name);
      categories.push(category);
      return category.id;
    },
    addAnnotation({ image, categoryId, name: ownName, className = null, mask, ...facts }) {
      const here = onImage.get(image.id) ?? placeOf(before.get(image.id) ?? [], seen);
      onImage.set(image.id, here);
      const rle = rleOf(mask);
      const identity = { imageId: image.id, categoryId, counts: rle.counts };
      const { id, isNew } = seen.idOf(identity, () => job.newId() as AnnotationId);
      const characters = rle.counts.length;
      if (!isNew) return { id, isNew, characters };
      const isOwn = ownName !== null && ownName !== className;
      const name = isOwn ? ownName : (nameOf.get(categoryId) ?? className ?? '');
      spool.add(
        newAnnotation({
          ...{ id, imageId: image.id, categoryId, source: 'import', review: 'accepted', ...facts },
          // A model's mask comes without what its model would need to draw it again.
          ...{ modelMask: null, hasLogits: false, threshold: null },
          name: fitted(name, longestTargetName, 'Names of targets:'),
          mask: rle,
          bbox: boxOf(mask),
          area: areaOf(mask),
          colour: here.nextColour(),
          autoColour: true,
          order: ++here.order,
          createdAt: job.now.toISOString(),
        }),
      );
      return { id, isNew, characters };
    },
  };
}

interface OnImage {
  order: number;
  readonly nextColour: () => string;
}

/** What is on an image before anything of the import is. */
function placeOf(annotations: readonly AnnotationRecord[], seen: SeenMasks): OnImage {
  for (const { id, imageId, categoryId, mask } of annotations)
    seen.idOf({ imageId, categoryId, counts: mask.counts }, () => id);
  return {
    order: highestOrder(annotations),
    nextColour: colourChooser(annotations.map(({ colour }) => colour)),
  };
}

/** A misspelt name in the mapping would otherwise do nothing, without a word. */
export function noteUnknownCategories(
  { categoryMap }: Pick<ImportJob, 'categoryMap'>,
  inFile: readonly string[],
  losses: LossList,
): void {
  const known = new Set(inFile);
  for (const name of Object.keys(categoryMap))
    if (!known.has(name)) losses.add('Categories to rename that are not in the file', name);
}
